using System.Globalization;
using Kata.Cli;
using Kata.Engine.Compile;
using Kata.Engine.Verdicts;
using Kata.Tests.Catalogue;
using Spectre.Console;

namespace Kata.Tests.Cli;

/// <summary>What a command left behind.</summary>
/// <param name="ExitCode">For the shell.</param>
/// <param name="Output">The whole screen, without spaces at the ends of lines.</param>
/// <param name="Error">What went to the error stream.</param>
internal sealed record CliResult(int ExitCode, string Output, string Error);

/// <summary>Runs <c>kata</c> inside the test's process, on a plain screen of 80 columns.</summary>
/// <param name="clone">The clone it works on.</param>
internal sealed class CliRun(SyntheticClone clone)
{
    /// <summary>The clone it works on.</summary>
    private SyntheticClone Clone { get; } = clone;

    /// <summary>What the environment says.</summary>
    public Dictionary<string, string> Variables { get; } = new() { ["LANG"] = "C.UTF-8" };

    /// <summary>The answer to any question; null when nobody is there.</summary>
    public bool? Answer { get; set; }

    /// <summary>Who checks.</summary>
    public Func<CheckRequest, Verdict> Check { get; set; } = _ => throw new InvalidOperationException("no check was expected");

    /// <summary>Every request for a check.</summary>
    public List<CheckRequest> Requests { get; } = [];

    /// <summary>Runs one command.</summary>
    public async Task<CliResult> RunAsync(params string[] arguments)
    {
        var culture = CultureInfo.CurrentUICulture;
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var screen = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(output),
        });
        screen.Profile.Width = 80;
        var terminal = new Terminal(screen, error, Answer is { } answer ? _ => answer : null);
        var clone = new Kata.Cli.Clone(name => Variables.GetValueOrDefault(name), Clone.Root, (_, _) => new Checker(this));
        try
        {
            var exitCode = await new Application(clone, () => terminal).RunAsync(arguments);
            var lines = output.ToString().ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd());
            return new CliResult(exitCode, string.Join('\n', lines), error.ToString());
        }
        finally
        {
            CultureInfo.CurrentUICulture = culture;
        }
    }

    private sealed class Checker(CliRun run) : IAnswerChecker
    {
        public AnswerInspector Inspector { get; } = new(run.Clone.Repository);

        public Task<Verdict> CheckAsync(CheckRequest request, CancellationToken cancellation)
        {
            run.Requests.Add(request);
            return Task.FromResult(run.Check(request));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
