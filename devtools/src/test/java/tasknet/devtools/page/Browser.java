package tasknet.devtools.page;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import org.awaitility.core.ConditionTimeoutException;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium that looks at one page. */
final class Browser implements AutoCloseable {
  /** The button or link in an element on which that stands. */
  private static final String BUTTON =
      "return [...document.querySelectorAll(arguments[0] + ' button, ' + arguments[0] + ' a')]"
          + ".find(it => it.innerText.trim() === arguments[1])";

  /** What is waited for is there much sooner; a machine that is busy may take longer. */
  private static final Duration SOON = Duration.ofSeconds(20);

  private static final String AXE = read("/axe.min.js");

  private final URI base;
  private final ChromeDriver driver;

  /** The widths at which the page is looked at. */
  enum Width {
    DESKTOP(1280, 900),
    PHONE(390, 844);

    private final Dimension size;

    Width(int width, int height) {
      size = new Dimension(width, height);
    }
  }

  /** The colours. */
  enum Theme {
    LIGHT,
    DARK
  }

  /**
   * @param base the address of monitoring
   */
  Browser(URI base) {
    this.base = base;
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(program("chromium"));
    options.addArguments(
        "--headless=new",
        "--no-sandbox", // which root cannot have
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync");
    options.setCapability("goog:loggingPrefs", logs);
    driver =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(program("chromedriver"))
                .build(),
            options);
    look(Width.DESKTOP, Theme.LIGHT);
  }

  /** A program on the path. */
  static Optional<File> find(String name) {
    return Arrays.stream(
            Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
        .map(folder -> new File(folder, name))
        .filter(File::canExecute)
        .findFirst();
  }

  private static File program(String name) {
    return find(name).orElseThrow(() -> new IllegalStateException(name + " is not on the path"));
  }

  /** With other eyes. */
  void look(Width width, Theme theme) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of(
            "width",
            width.size.getWidth(),
            "height",
            width.size.getHeight(),
            "deviceScaleFactor",
            1,
            "mobile",
            width == Width.PHONE));
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of(
                    "name",
                    "prefers-color-scheme",
                    "value",
                    theme.name().toLowerCase(java.util.Locale.ROOT)))));
  }

  /** Loads an address of the page, for instance {@code /tasks?state=DEAD}, anew. */
  void open(String address) {
    driver.get(base.resolve(address).toString());
    awaitThat("main");
  }

  /** Shows nothing. */
  void leave() {
    driver.get("about:blank");
  }

  /** The address that it shows, without the host. */
  String address() {
    URI uri = URI.create(Objects.requireNonNull(driver.getCurrentUrl()));
    return uri.getRawQuery() == null
        ? uri.getRawPath()
        : uri.getRawPath() + "?" + uri.getRawQuery();
  }

  void back() {
    driver.navigate().back();
  }

  /** The texts of all elements that a CSS selector finds, as they are seen; all in one look. */
  List<String> texts(String selector) {
    return asked(
            "return [...document.querySelectorAll(arguments[0])].map(it => it.innerText.trim())",
            selector)
        .stream()
        .map(String::valueOf)
        .toList();
  }

  /** An attribute of all elements that a selector finds. */
  List<String> attributes(String selector, String name) {
    return asked(
            "return [...document.querySelectorAll(arguments[0])].map(it => it.getAttribute(arguments[1]))",
            selector,
            name)
        .stream()
        .map(String::valueOf)
        .toList();
  }

  /** What is seen of the first element that a selector finds; empty for none. */
  String text(String selector) {
    return texts(selector).stream().findFirst().orElse("");
  }

  boolean shows(String selector) {
    return !texts(selector).isEmpty();
  }

  /** Waits until a selector finds something. */
  void awaitThat(String selector) {
    awaitUntil(selector + " is shown", () -> shows(selector));
  }

  /** Waits until something is seen in the first element that a selector finds. */
  void awaitText(String selector, String part) {
    try {
      awaitUntil(selector + " shows " + part, () -> text(selector).contains(part));
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "%s shows '%s' and not '%s'; the page: %s"
              .formatted(selector, text(selector), part, text("body")),
          e);
    }
  }

  void awaitUntil(String what, Callable<Boolean> condition) {
    await(what)
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptionsInstanceOf(WebDriverException.class)
        .until(condition);
  }

  /** Clicks with the mouse, once what is to be clicked is there and can be. */
  void click(String selector) {
    awaitUntil(
        selector + " can be clicked",
        () -> {
          WebElement element = driver.findElement(By.cssSelector(selector));
          driver.executeScript("arguments[0].scrollIntoView({block: 'center'})", element);
          element.click();
          return true;
        });
  }

  /** Clicks the button, or the link, with that word. */
  void clickWord(String within, String word) {
    awaitUntil(
        word + " can be clicked in " + within,
        () -> {
          Object found = driver.executeScript(BUTTON, within, word);
          if (!(found instanceof WebElement element) || !element.isEnabled()) {
            return false;
          }
          element.click();
          return true;
        });
  }

  /** Presses a button of the dialog until that is gone: one click can fall between two layouts. */
  void answer(String word) {
    awaitText("dialog", word);
    awaitUntil(
        word + " closes the dialog",
        () -> {
          if (driver.executeScript(BUTTON, "dialog", word) instanceof WebElement button) {
            button.click();
          }
          return !shows("dialog[open]");
        });
  }

  /** Types into a field, instead of what was there. */
  void type(String selector, String text) {
    awaitThat(selector);
    WebElement field = driver.findElement(By.cssSelector(selector));
    field.sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE, text);
  }

  /** Chooses an option of a select by its value. */
  void choose(String selector, String value) {
    click(selector + " option[value='" + value + "']");
  }

  /** Presses keys, wherever the focus is. */
  void press(CharSequence... keys) {
    driver.switchTo().activeElement().sendKeys(keys);
  }

  /** Runs a script on the page, and answers what it returns. */
  Object run(String script, Object... arguments) {
    return Objects.requireNonNull(driver.executeScript(script, arguments), script);
  }

  /** Runs a script that is a promise, and answers what that becomes. */
  Object runAsync(String script, Object... arguments) {
    return Objects.requireNonNull(
        driver.executeAsyncScript(
            "const done = arguments[arguments.length - 1];"
                + "(async () => {"
                + script
                + "})().then(done, failure => done('failed: ' + failure))",
            arguments),
        script);
  }

  /** What the browser complained about since it was asked last. */
  List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(Object::toString)
        .toList();
  }

  /** What some people could not use, by axe's rules; only what is serious or worse. */
  List<String> barriers() {
    driver.executeScript(AXE);
    Object found =
        runAsync(
            """
            const report = await axe.run(document, {resultTypes: ['violations']});
            return report.violations
              .filter(it => it.impact === 'serious' || it.impact === 'critical')
              .flatMap(it => it.nodes.map(node => it.id + ': ' + node.html + ' ' + node.failureSummary));
            """);
    return found instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : List.of("" + found);
  }

  /** How many pixels the page is wider than the window. */
  long overflow() {
    return ((Number) run("return document.documentElement.scrollWidth - window.innerWidth"))
        .longValue();
  }

  void screenshot(Path file) throws IOException {
    Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
  }

  @Override
  public void close() {
    driver.quit();
  }

  private List<?> asked(String script, Object... arguments) {
    return (List<?>) run(script, arguments);
  }

  private static String read(String resource) {
    try (InputStream in = Browser.class.getResourceAsStream(resource)) {
      return new String(
          Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
