using System.Threading.Channels;
using Kata.Engine;
using Kata.Engine.Catalogue;
using Kata.Engine.Verdicts;
using Kata.Engine.Watch;
using Kata.Tests.Catalogue;

namespace Kata.Tests.Watch;

/// <summary>Real files that are watched, and a check that the test answers for.</summary>
internal sealed class WatchedClone : IAsyncDisposable
{
    /// <summary>Far more than anything here takes, also on a machine that is busy.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SyntheticClone clone = SyntheticClone.WithThreeKatas();
    private readonly CancellationTokenSource stopping = new();
    private readonly Channel<string> begun = Channel.CreateUnbounded<string>();
    private readonly Channel<string> verdicts = Channel.CreateUnbounded<string>();
    private readonly Channel<string> failures = Channel.CreateUnbounded<string>();
    private readonly Task running;

    public WatchedClone(bool useEvents)
    {
        Catalogue = clone.Catalogue;
        First = Catalogue.Find("72", clone.Root);
        Other = Catalogue.Find("55", clone.Root);
        Session = new WatchSession(Catalogue, clone.Repository, CheckAsync, useEvents);
        Session.Checked += (request, verdict) => verdicts.Writer.TryWrite($"{request.Kata.Number} {verdict.Message}");
        Session.Failed += (_, reason) => failures.Writer.TryWrite(reason);
        running = Session.RunAsync(First, stopping.Token);
    }

    public KataCatalogue Catalogue { get; }

    /// <summary>The kata that is watched first.</summary>
    public KataEntry First { get; }

    public KataEntry Other { get; }

    public WatchSession Session { get; }

    /// <summary>What the check makes of a text: a verdict that says it, unless the text asks for something else.</summary>
    public Task<string> NextVerdictAsync() => NextAsync(verdicts);

    /// <summary>The next text whose check began.</summary>
    public Task<string> NextCheckAsync() => NextAsync(begun);

    public Task<string> NextFailureAsync() => NextAsync(failures);

    /// <summary>Waits for a verdict, whatever is said before it.</summary>
    public async Task UntilAsync(string verdict)
    {
        while (await NextVerdictAsync() is var next && next != verdict)
        {
            // An editor that saves in steps may be seen in between.
        }
    }

    /// <summary>Checks that began and were not looked at.</summary>
    public int ChecksBegun => begun.Reader.Count;

    public static void Save(KataEntry kata, string text) => File.WriteAllText(kata.AnswerFile, text);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        clone.Dispose();
    }

    private static async Task<string> NextAsync(Channel<string> channel) =>
        await channel.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    private async Task<Verdict> CheckAsync(CheckRequest request, CancellationToken cancellation)
    {
        var content = request.Content!;
        var text = content.Text ?? "no text";
        begun.Writer.TryWrite(text);
        if (text == "hang")
        {
            await Task.Delay(Timeout.Infinite, cancellation);
        }

        return text == "impossible"
            ? throw new KataException("no tests")
            : new Verdict(request.Kata.Number, VerdictKind.Fail, text, [], [], [], "", new Timing(0, 0, 0));
    }
}
