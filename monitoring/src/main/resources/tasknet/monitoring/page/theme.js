// Light, dark, or what the system says. A classic script: it runs before the page is painted.
(() => {
  const key = 'tasknet-theme';
  const saved = () => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // storage is off
    }
  };
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const show = () => {
    const choice = saved();
    const theme = choice === 'light' || choice === 'dark' ? choice : dark.matches ? 'dark' : 'light';
    document.documentElement.dataset.theme = theme;
    document.dispatchEvent(new CustomEvent('theme', {detail: theme}));
  };
  dark.addEventListener('change', show);
  window.toggleTheme = () => {
    const next = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
    try {
      localStorage.setItem(key, next);
    } catch {
      // not kept
    }
    document.documentElement.dataset.theme = next;
    document.dispatchEvent(new CustomEvent('theme', {detail: next}));
  };
  show();
})();
