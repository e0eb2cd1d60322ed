using Kata.Cli;
using Kata.Cli.Checks;

var clone = new Clone(Environment.GetEnvironmentVariable, Environment.CurrentDirectory, EngineChecker.Create);
return await new Application(clone, Terminal.Real).RunAsync(args);
