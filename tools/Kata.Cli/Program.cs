using Kata.Cli;
using Kata.Cli.Checks;

return await new Application(Terminal.Real(), EngineChecker.Create).RunAsync(args);
