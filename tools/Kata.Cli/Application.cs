using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Runtime.InteropServices;
using Kata.Cli.Commands;

namespace Kata.Cli;

/// <summary>The program <c>kata</c>, from its arguments to its exit code.</summary>
/// <param name="clone">What it works on.</param>
/// <param name="openTerminal">Makes ready what it writes to.</param>
internal sealed class Application(Clone clone, Func<Terminal> openTerminal)
{
    /// <summary>Runs one command. Whatever the user can put right is one line, never a stack trace.</summary>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var language = Language.Choose(arguments, clone.Variable);
        CultureInfo.CurrentUICulture = language.Culture;
        clone.Begin(arguments);
        var terminal = openTerminal();
        try
        {
            if (ToolAge.IsOutOfDate(clone.Variable))
            {
                return ExitCode.OutOfDate;
            }

            var commandLine = CreateCommand(new Session(clone, terminal, language))
                .Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (Misuse.Of(commandLine) is { } misuse)
            {
                throw new KataException(misuse);
            }

            using var interrupted = new CancellationTokenSource();
            using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
            using var onTermination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
            var configuration = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                // Its handling ends the process before a screen is put back as it was.
                ProcessTerminationTimeout = null,
                Output = terminal.Screen.Profile.Out.Writer,
                Error = terminal.Error,
            };
            return await commandLine.InvokeAsync(configuration, interrupted.Token);

            void Interrupt(PosixSignalContext signal)
            {
                signal.Cancel = true;
                interrupted.Cancel();
            }
        }
        catch (KataException exception)
        {
            await terminal.Error.WriteLineAsync(exception.Message);
            return ExitCode.CannotRun;
        }
        catch (Exception exception) when (Cause(exception) is IOException or UnauthorizedAccessException)
        {
            await terminal.Error.WriteLineAsync(Cause(exception).Message);
            return ExitCode.CannotRun;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
    }

    /// <summary>What is done side by side may fail at several places: the first is told.</summary>
    private static Exception Cause(Exception exception) =>
        exception is AggregateException { InnerExceptions: [var first, ..] } ? first : exception;

    private static Command CreateCommand(Session session)
    {
        var languages = new Option<string>(GlobalOptions.Language)
        {
            Description = Texts.OptionLanguage,
            HelpName = "en|zh",
            Recursive = true,
        };
        languages.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: not ("en" or "zh") }])
            {
                result.AddError(result.Option.Name);
            }
        });
        return new Command("kata", Texts.Description)
        {
            new HelpOption { Description = Texts.OptionHelp },
            languages,
            ShowCommand.Create(session),
            CheckCommand.Create(session),
            WatchCommand.Create(session),
            HintCommand.Create(session),
            ListCommand.Create(session),
            SolutionCommand.Create(session),
            ResetCommand.Create(session),
            ExportCommand.Create(session),
            ImportCommand.Create(session),
            VerifyCommand.Create(session),
            NewCommand.Create(session),
        }.WithAction((_, cancellation) => OverviewCommand.RunAsync(session, cancellation));
    }
}
