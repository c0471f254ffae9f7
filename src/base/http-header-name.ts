import { regexProblem } from './name-problem.ts';

const NAME = '[-A-Za-z0-9]+';
const isName = new RegExp(`^${NAME}$`);

/** What is wrong with the name of an HTTP header, worded as apimachinery's util/validation. */
export const httpHeaderNameProblems = (name: string): readonly string[] =>
  isName.test(name)
    ? []
    : [regexProblem("a valid HTTP header must consist of alphanumeric characters or '-'", NAME, 'X-Header-Name')];
