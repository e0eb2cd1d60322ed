namespace Kata.Tests.Watch;

public sealed class WatchScreenTests : IDisposable
{
    private const string Keys = "h hint · n next · p previous · l list · o statement · r run again · q quit";
    private readonly WatchedTerminal kata = new();

    public void Dispose() => kata.Dispose();

    [Fact]
    public async Task A_verdict_and_where_it_stands_among_all_katas()
    {
        var running = kata.RunAsync("watch", "72");

        var screen = await kata.UntilScreenAsync(screen => screen.Contains("First difference") && screen.Contains("[◐]"));

        screen.Should().Be($"""
            072  Attention by einsum

            ✗ 072-einsum-attention: 1 of 3 tests do not pass (46 ms)

              ✓ task 1  1 of 1
              ✗ task 2  1 of 2

            First failure, task 2: Squares three
                Expected 9, got 6.
                First difference at [0].

            ○[◐]○  0 of 3
            {Keys}
            """);
        await Quit(running);
    }

    [Fact]
    public async Task A_save_is_shown_at_once()
    {
        kata.Check = request => request.Content!.Text == "solved" ? Cli.Verdicts.Pass(request) : Cli.Verdicts.NotStarted(request);
        var running = kata.RunAsync("watch", "72");
        await kata.UntilScreenAsync(screen => screen.Contains("not started"));

        File.WriteAllText(kata.Clone.Catalogue.Find("72", kata.Clone.Root).AnswerFile, "solved");

        await kata.UntilScreenAsync(screen => screen.Contains("✓ 072-einsum-attention: passing") && screen.Contains("[●]"));
        await Quit(running);
    }

    [Fact]
    public async Task Next_and_previous_go_round()
    {
        var running = kata.RunAsync("watch", "12");
        await kata.UntilScreenAsync(screen => screen.Contains("012-bpe-merges: 1 of 3"));

        kata.Press('n');
        await kata.UntilScreenAsync(screen => screen.Contains("055-why-scale-scores: 1 of 3"));
        kata.Press('p');
        await kata.UntilScreenAsync(screen => screen.Contains("012-bpe-merges: 1 of 3"));
        kata.Press('p');
        await kata.UntilScreenAsync(screen => screen.Contains("072-einsum-attention: 1 of 3"));

        await Quit(running);
    }

    [Fact]
    public async Task Hints_come_one_at_a_time_and_stay()
    {
        kata.Check = Cli.Verdicts.NotStarted;
        var running = kata.RunAsync("watch", "72");
        await kata.UntilScreenAsync(screen => screen.Contains("not started"));

        kata.Press('h');
        (await kata.UntilScreenAsync(screen => screen.Contains("hint 1 of 2"))).Should().Contain("Add it to itself.").And.Contain("○ task 1");
        kata.Press('h');
        await kata.UntilScreenAsync(screen => screen.Contains("hint 2 of 2"));
        kata.Press('r');
        await kata.UntilScreenAsync(screen => screen.Contains("hint 2 of 2") && screen.Contains("not started"));

        await Quit(running);
    }

    [Fact]
    public async Task The_statement_and_the_list_are_looked_at_until_another_key()
    {
        var running = kata.RunAsync("watch", "72");
        await kata.UntilScreenAsync(screen => screen.Contains("First difference"));

        kata.Press('o');
        (await kata.UntilScreenAsync(screen => screen.Contains("any other key to go back"))).Should().Contain("Double and square number.");
        kata.Press(' ');
        await kata.UntilScreenAsync(screen => screen.Contains("-- any key to go back --"));
        kata.Press('x');
        await kata.UntilScreenAsync(screen => screen.Contains("First difference"));
        kata.Press('l');
        await kata.UntilScreenAsync(screen => screen.Contains("Why scale the scores"));
        kata.Press('q');
        await kata.UntilScreenAsync(screen => screen.Contains("First difference"));

        await Quit(running);
    }

    [Fact]
    public async Task A_check_that_takes_long_says_so_and_names_the_test()
    {
        using var release = new ManualResetEventSlim();
        kata.Check = request =>
        {
            request.TestBegins!("Squares_three");
            release.Wait(WatchedClone.Patience);
            return Cli.Verdicts.Pass(request);
        };
        var running = Task.Run(() => kata.RunAsync("watch", "72"));

        await kata.UntilScreenAsync(screen => screen.Contains("072  Attention by einsum  checking …"));
        await kata.UntilScreenAsync(screen => screen.Contains("s: Squares three"));
        release.Set();
        (await kata.UntilScreenAsync(screen => screen.Contains("passing, 2 of 2"))).Should().NotContain("checking");

        await Quit(running);
    }

    [Fact]
    public async Task What_cannot_be_checked_says_why()
    {
        kata.Check = _ => throw new Engine.KataException("072 has no tests: bring them back");
        var running = kata.RunAsync("watch", "72");

        await kata.UntilScreenAsync(screen => screen.Contains("072 has no tests: bring them back"));

        await Quit(running);
    }

    [Fact]
    public async Task The_terminal_is_put_back_also_after_an_error()
    {
        kata.Check = _ => throw new InvalidOperationException("a mistake in the tool");

        var run = () => kata.RunAsync("watch", "72");

        await run.Should().ThrowAsync<InvalidOperationException>();
        kata.Output.Should().StartWith("\e[?1049h").And.EndWith("\e[?7h\e[?25h\e[?1049l");
    }

    [Fact]
    public async Task The_overview_leads_there_by_enter()
    {
        var running = kata.RunAsync();
        await kata.UntilOutputAsync(output => output.Contains("Press Enter to watch 055-why-scale-scores, any other key to leave."));

        kata.PressEnter();

        await kata.UntilScreenAsync(screen => screen.Contains("055-why-scale-scores: 1 of 3 tests do not pass"));
        await Quit(running);
    }

    [Fact]
    public async Task The_overview_is_left_by_any_other_key()
    {
        kata.Press('x');

        (await kata.RunAsync()).Should().Be(0);

        kata.Output.Should().NotContain("\e[");
    }

    private async Task Quit(Task<int> running)
    {
        kata.Press('q');
        (await running.WaitAsync(WatchedClone.Patience)).Should().Be(0);
        kata.Output.Should().Contain("\e[?25h\e[?1049l", "the cursor and the first screen come back");
        kata.Error.Should().BeEmpty();
    }
}
