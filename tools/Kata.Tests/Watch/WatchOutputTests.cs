using System.Text.Json.Nodes;

namespace Kata.Tests.Watch;

/// <summary>Watching for other programs, and where nobody presses keys.</summary>
public sealed class WatchOutputTests : IDisposable
{
    private readonly WatchedTerminal kata = new() { IsInteractive = false };

    public void Dispose() => kata.Dispose();

    [Fact]
    public async Task Json_is_a_line_for_each_verdict_with_the_hash_of_the_file()
    {
        kata.Check = request => request.Content!.Text == "solved" ? Cli.Verdicts.Pass(request) : Cli.Verdicts.Fail(request);
        var answer = kata.Clone.Catalogue.Find("72", kata.Clone.Root).AnswerFile;
        var running = kata.RunAsync("watch", "72", "--json");
        await kata.UntilOutputAsync(output => output.Contains("\"fail\""));

        File.WriteAllText(answer, "solved");
        await kata.UntilOutputAsync(output => output.Contains("\"pass\""));
        kata.EndInput();

        (await running.WaitAsync(WatchedClone.Patience)).Should().Be(0);
        var last = JsonNode.Parse(kata.Output.TrimEnd('\n').Split('\n')[^1])!.AsObject();
        last.Select(property => property.Key).Should().BeEquivalentTo(
            "kata", "verdict", "message", "tests", "compilerMessages", "hints", "notices", "milliseconds", "answer");
        last["verdict"]!.GetValue<string>().Should().Be("pass");
        last["answer"]!.GetValue<string>().Should().Be(
            "ca7b7333032bd3997d54309f7ec80433afa74d2b8ad4cd27ff3f2ed87311aa83", "that is what sha256sum prints for solved");
    }

    [Fact]
    public async Task A_hint_comes_in_a_second_line()
    {
        var watched = kata.Clone.Catalogue.Find("72", kata.Clone.Root);
        kata.Clone.Write(Path.Combine(watched.SolutionFolder, "mistakes.yml"), """
            mistakes:
              - id: doubled-twice
                task: 2
                from: number * number
                to: number + number
                hint:
                  en: That is the double.
                  zh: 那是两倍。

            """);
        kata.Clone.Write(watched.AnswerFile, "// whatever: the verdict is the mistake's");
        var running = kata.RunAsync("watch", "72", "--json");

        await kata.UntilOutputAsync(output => output.Contains("That is the double."));
        kata.EndInput();

        await running.WaitAsync(WatchedClone.Patience);
        var lines = kata.Output.TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        lines.Should().HaveCount(2);
        lines[0]["hints"]!.AsArray().Should().BeEmpty("the verdict does not wait for hints");
        lines[1]["hints"]![0]!["id"]!.GetValue<string>().Should().Be("doubled-twice");
        lines[1]["answer"]!.GetValue<string>().Should().Be(lines[0]["answer"]!.GetValue<string>());
    }

    [Fact]
    public async Task Text_is_one_verdict_below_the_other()
    {
        var running = kata.RunAsync("watch", "72");
        await kata.UntilOutputAsync(output => output.Contains("First difference at [0].\n\n"));
        kata.EndInput();

        await running.WaitAsync(WatchedClone.Patience);
        kata.Output.Should().Be("""
            ✗ 072-einsum-attention: 1 of 3 tests do not pass (46 ms)

              ✓ task 1  1 of 1
              ✗ task 2  1 of 2

            First failure, task 2: Squares three
                Expected 9, got 6.
                First difference at [0].


            """);
    }

    [Fact]
    public async Task Without_a_number_the_kata_under_way_is_watched()
    {
        var begun = kata.Clone.Catalogue.Find("12", kata.Clone.Root);
        kata.Clone.Write(begun.AnswerFile, Catalogue.SyntheticClone.Answer(begun, "number + number", Catalogue.SyntheticClone.Throw(2)));
        var running = kata.RunAsync("watch", "--json");

        await kata.UntilOutputAsync(output => output.Contains("\"kata\":12"));
        kata.EndInput();

        await running.WaitAsync(WatchedClone.Patience);
    }

    [Fact]
    public async Task A_verdict_is_kept_and_shows_in_the_list()
    {
        kata.Check = Cli.Verdicts.Pass;
        var running = kata.RunAsync("watch", "72", "--json");
        await kata.UntilOutputAsync(output => output.Contains("\"pass\""));
        kata.EndInput();
        await running.WaitAsync(WatchedClone.Patience);

        await kata.RunAsync("list");

        kata.Output.Should().Contain("072  ● passing");
    }
}
