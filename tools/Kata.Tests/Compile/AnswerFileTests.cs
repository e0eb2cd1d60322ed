using System.Text;
using Kata.Engine.Verdicts;
using Kata.Tests.Support;

namespace Kata.Tests.Compile;

/// <summary>Files that are no answer: one clear line each, whatever is in them.</summary>
public class AnswerFileTests(CloneFixture clone) : IClassFixture<CloneFixture>
{
    private string File => Path.Combine(clone.Repository.Root, "answer.cs");

    [Fact]
    public Task An_empty_file() => Refused(() => System.IO.File.WriteAllText(File, " \n"), "is empty");

    [Fact]
    public Task A_binary_file() => Refused(() => System.IO.File.WriteAllBytes(File, [80, 75, 0, 4]), "is not text");

    [Fact]
    public Task A_file_in_another_encoding() => Refused(() => System.IO.File.WriteAllBytes(File, Encoding.Latin1.GetBytes("// é")), "is not text in UTF-8");

    [Fact]
    public Task A_file_of_50_MB() => Refused(
        () =>
        {
            using var file = System.IO.File.Create(File);
            file.SetLength(50 << 20);
        },
        "is 50 MB: an answer is at most 1 MB");

    [Fact]
    public Task A_missing_file() => Refused(() => System.IO.File.Delete(File), "does not exist");

    [Fact]
    public async Task A_folder_in_the_file_s_place()
    {
        await Refused(() => Directory.CreateDirectory(File), "is a folder");
        Directory.Delete(File);
    }

    [Fact]
    public async Task A_file_that_somebody_else_holds()
    {
        using var held = new FileStream(File, FileMode.Create, FileAccess.Write, FileShare.None);
        await Refused(() => { }, "cannot be read");
    }

    [Fact]
    public async Task The_learner_s_own_file_says_how_to_get_it_back()
    {
        var stub = clone.Stub;
        System.IO.File.Delete(clone.Kata.AnswerFile);
        var verdict = await clone.Checker.CheckAsync(new CheckRequest(clone.Kata));
        System.IO.File.WriteAllText(clone.Kata.AnswerFile, stub);

        verdict.Message.Should().Contain("does not exist: 'kata reset 55' brings the stub back");
    }

    [Fact]
    public async Task UTF_16_with_its_mark_is_text()
    {
        System.IO.File.WriteAllText(File, clone.Reference, Encoding.Unicode);
        (await CheckAsync()).Kind.Should().Be(VerdictKind.Pass);
    }

    private Task<Verdict> CheckAsync() => clone.Checker.CheckAsync(new CheckRequest(clone.Kata, AnswerFile: File));

    private async Task Refused(Action write, string reason)
    {
        write();
        var verdict = await CheckAsync();

        verdict.Kind.Should().Be(VerdictKind.DoesNotCompile);
        verdict.Message.Should().StartWith("answer.cs ").And.Contain(reason).And.NotContain("\n");
        verdict.CompilerMessages.Should().ContainSingle();
    }
}
