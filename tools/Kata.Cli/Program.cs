using Kata.Cli;
using Kata.Engine.Verdicts;

var clone = new Clone(Environment.GetEnvironmentVariable, Environment.CurrentDirectory, (repository, options) => new Checker(repository, options));
return await new Application(clone, Terminal.Real).RunAsync(args);
