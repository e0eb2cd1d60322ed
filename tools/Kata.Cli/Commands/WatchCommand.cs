using System.CommandLine;
using Kata.Cli.Watch;
using Kata.Engine.Catalogue;
using Kata.Engine.Verdicts;

namespace Kata.Cli.Commands;

/// <summary><c>kata watch N</c>: a verdict at every save.</summary>
internal static class WatchCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Session session)
    {
        var kata = CommandParts.KataArgument();
        kata.Arity = ArgumentArity.ZeroOrOne;
        kata.Description = Texts.ArgumentKataToWatch;
        var json = CommandParts.JsonOption();
        json.Description = Texts.OptionWatchJson;
        return new Command("watch", Texts.DescriptionWatch) { kata, json }
            .WithAction((commandLine, cancellation) => RunAsync(
                session,
                commandLine.GetValue(kata) is { } text ? session.Find(text) : KataUnderWay.Of(session)?.Kata ?? session.Catalogue.Katas[0],
                commandLine.GetValue(json),
                cancellation));
    }

    /// <summary>Watches a kata until the user ends it.</summary>
    public static async Task<int> RunAsync(Session session, KataEntry kata, bool json, CancellationToken cancellation)
    {
        // Two places at least: a save must not wait for the known mistakes that a hint is looked for among.
        var options = new CheckerOptions { Parallelism = Math.Max(2, Environment.ProcessorCount), Workload = Workload.OneKata };
        await using var checker = session.CreateChecker(options);
        var watch = new AnswerWatch(session, checker);
        if (!json && session.Terminal.ReadKey is { } readKey)
        {
            using var view = new LiveView(session, watch);
            OnOwnThread(() => TellKeys(readKey, watch));
            await watch.RunAsync(kata, view, cancellation);
        }
        else
        {
            OnOwnThread(() => StopAtEndOf(session.Terminal.Input, watch));
            await watch.RunAsync(kata, json ? new JsonView(session) : new TextView(session), cancellation);
        }

        return ExitCode.Passed;
    }

    /// <summary>Reading from a terminal or a pipe cannot be cancelled: such a thread is left behind at the end.</summary>
    private static void OnOwnThread(Action read) => new Thread(() => read()) { IsBackground = true, Name = "input" }.Start();

    private static void TellKeys(Func<ConsoleKeyInfo> readKey, AnswerWatch watch)
    {
        try
        {
            while (true)
            {
                watch.Tell(new KeyPressed(readKey()));
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException)
        {
            // The terminal is gone.
            watch.Stop();
        }
    }

    private static void StopAtEndOf(Stream input, AnswerWatch watch)
    {
        try
        {
            input.CopyTo(Stream.Null);
        }
        finally
        {
            watch.Stop();
        }
    }
}
