/** What is wrong with the name of a variable; printable ASCII but `=` will do. */
export const envNameProblems = (name: string): readonly string[] =>
  /^[ -<>-~]*$/.test(name)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
