export const part = "of the tests";
