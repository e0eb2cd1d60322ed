using System.CommandLine;
using System.Threading.Channels;
using Kata.Cli.Checks;
using Kata.Cli.Watch;
using Kata.Engine.Catalogue;
using Kata.Engine.Verdicts;

namespace Kata.Cli.Commands;

/// <summary><c>kata watch [N]</c>: an answer at every save.</summary>
internal static class WatchCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Session session)
    {
        var kata = CommandParts.KataArgument();
        kata.Arity = ArgumentArity.ZeroOrOne;
        kata.Description = Texts.ArgumentWatch;
        var json = new Option<bool>("--json") { Description = Texts.OptionWatchJson };
        return new Command("watch", Texts.DescriptionWatch) { kata, json }
            .WithAction((commandLine, cancellation) =>
            {
                var chosen = commandLine.GetValue(kata) is { } text ? session.Find(text) : OverviewCommand.Next(session)?.Kata;
                return RunAsync(
                    session,
                    chosen ?? session.Catalogue.Katas.FirstOrDefault() ?? throw new KataException(Texts.NoKatas),
                    commandLine.GetValue(json),
                    cancellation);
            });
    }

    /// <summary>Watches, on the screen of a terminal where there is one.</summary>
    public static async Task<int> RunAsync(Session session, KataEntry kata, bool json, CancellationToken cancellation)
    {
        await using var checker = session.CreateChecker(new CheckerOptions());
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (!json && session.Terminal.Keys is { } keys)
        {
            await OnScreenAsync(session, checker, kata, keys, stopping);
        }
        else
        {
            using var watcher = new Watcher(session, checker, json ? new JsonWatchView(session) : new PlainWatchView(session), kata);
            var watching = watcher.RunAsync(stopping.Token);
            await Task.WhenAny(watching, json ? session.Terminal.InputEnded(stopping.Token) : watching);
            await stopping.CancelAsync();
            await watching;
        }

        return ExitCode.Passed;
    }

    private static async Task OnScreenAsync(
        Session session, IAnswerChecker checker, KataEntry kata, ChannelReader<char> keys, CancellationTokenSource stopping)
    {
        var view = new ScreenWatchView(session);
        using var watcher = new Watcher(session, checker, view, kata);
        var watching = watcher.RunAsync(stopping.Token);
        var typing = new WatchKeys(session, watcher, view).RunAsync(keys, stopping.Token);
        var ended = await Task.WhenAny(watching, typing);
        await stopping.CancelAsync();
        await ended;
        await watching;
    }
}
