using Kata.Cli.Checks;
using Kata.Engine.Compile;
using Kata.Engine.Verdicts;
using Kata.Tests.Catalogue;

namespace Kata.Tests.Hints;

public sealed class KnownMistakesTests : IDisposable
{
    private readonly SyntheticClone clone = SyntheticClone.WithThreeKatas();

    public void Dispose() => clone.Dispose();

    [Fact]
    public async Task A_verdict_is_reached_once_and_kept_for_the_next_start()
    {
        await using var checker = new CountingChecker(clone, []);

        (await VerdictAsync(checker)).Should().Be("run 1");
        (await VerdictAsync(checker)).Should().Be("run 1");
    }

    [Fact]
    public async Task A_verdict_of_other_tests_than_those_on_disk_is_not_kept()
    {
        await using var checker = new CountingChecker(clone, ["the tests are edited; the committed ones were used"]);

        (await VerdictAsync(checker)).Should().Be("run 1");
        (await VerdictAsync(checker)).Should().Be("run 2");
    }

    /// <summary>As a new start of the tool asks: nothing is in memory.</summary>
    private async Task<string?> VerdictAsync(IAnswerChecker checker) =>
        (await new KnownMistakes(clone.Repository, checker).CheckAsync(clone.Catalogue.Find("72", clone.Root), "wrong", CancellationToken.None)).Message;

    private sealed class CountingChecker(SyntheticClone clone, IReadOnlyList<string> notices) : IAnswerChecker
    {
        private int runs;

        public AnswerInspector Inspector { get; } = new(clone.Repository);

        public Task<Verdict> CheckAsync(CheckRequest request, CancellationToken cancellation) =>
            Task.FromResult(new Verdict(request.Kata.Number, VerdictKind.Fail, $"run {++runs}", [], [], notices, "", new Timing(0, 0, 0)));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
