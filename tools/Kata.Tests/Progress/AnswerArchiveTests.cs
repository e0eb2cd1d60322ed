using Kata.Engine;
using Kata.Engine.Progress;
using Kata.Tests.Catalogue;

namespace Kata.Tests.Progress;

public sealed class AnswerArchiveTests : IDisposable
{
    private readonly SyntheticClone here = SyntheticClone.WithThreeKatas();
    private readonly SyntheticClone there = SyntheticClone.WithThreeKatas();

    private string ArchiveFile => Path.Combine(here.Root, "answers.json");

    public void Dispose()
    {
        here.Dispose();
        there.Dispose();
    }

    [Fact]
    public async Task Answers_travel_from_one_clone_to_another()
    {
        var kata = here.Catalogue.Find("72", here.Root);
        var answer = SyntheticClone.Answer(kata, "2 * number /* 中文 \"quoted\" <T> */", SyntheticClone.Throw(2));
        here.Write(kata.AnswerFile, answer);

        (await Archive(here).ExportAsync(ArchiveFile)).Should().Equal(kata);
        var result = Archive(there).Import(ArchiveFile);

        var imported = result.Written.Should().ContainSingle().Which;
        File.ReadAllText(imported.Kata.AnswerFile).Should().Be(answer);
        File.ReadAllText(imported.Backup).Should().Be(SyntheticClone.Stub(kata));
        Archive(there).Import(ArchiveFile).Unchanged.Should().ContainSingle("it is the same now");
    }

    [Fact]
    public async Task An_answer_whose_tasks_all_throw_still_travels_when_something_was_added()
    {
        here.Commit();
        var kata = here.Catalogue.Find("72", here.Root);
        here.Write(kata.AnswerFile, SyntheticClone.Stub(kata) + "// my notes\n");

        (await Archive(here).ExportAsync(ArchiveFile)).Should().Equal(kata);
    }

    [Fact]
    public void A_different_answer_is_kept_before_it_is_replaced()
    {
        WriteArchive("\"072-einsum-attention\": \"theirs\"");
        var kata = here.Catalogue.Find("72", here.Root);
        here.Write(kata.AnswerFile, "mine");

        var backup = Archive(here).Import(ArchiveFile).Written.Single().Backup;

        File.ReadAllText(kata.AnswerFile).Should().Be("theirs");
        File.ReadAllText(backup).Should().Be("mine");
    }

    [Theory]
    [InlineData("../../../evil")]
    [InlineData("/tmp/evil")]
    [InlineData("..")]
    [InlineData("attention/072-einsum-attention")]
    [InlineData("999-no-such-kata")]
    public void A_name_that_is_no_kata_is_named_and_writes_nothing(string name)
    {
        WriteArchive($"\"{name}\": \"text\"");
        var before = Directory.GetFileSystemEntries(here.Root, "*", SearchOption.AllDirectories);

        var result = Archive(here).Import(ArchiveFile);

        result.Unknown.Should().Equal(name);
        result.Written.Should().BeEmpty();
        Directory.GetFileSystemEntries(here.Root, "*", SearchOption.AllDirectories).Should().Equal(before);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"format\": \"other\", \"answers\": {}}")]
    [InlineData("{\"format\": \"kata-answers-1\", \"answers\": []}")]
    [InlineData("{\"format\": \"kata-answers-1\", \"answers\": {\"072-einsum-attention\": 5}}")]
    [InlineData("{\"format\": \"kata-answers-1\", \"answers\": {\"072-einsum-attention\": null}}")]
    [InlineData("{\"format\": \"kata-answers-1\", \"answers\": {\"072-einsum-attention\": \"a\", \"072-einsum-attention\": \"b\"}}")]
    [InlineData("{\"format\": \"kata-answers-1\", \"answers\": {\"012-bpe-merges\": \"a\", \"072-einsum-attention\": 5}}")]
    public void What_export_did_not_write_is_refused_whole(string text)
    {
        here.Write(ArchiveFile, text);
        var kata = here.Catalogue.Find("12", here.Root);

        var import = () => Archive(here).Import(ArchiveFile);

        import.Should().Throw<KataException>().WithMessage("*was not written by 'kata export'*");
        File.ReadAllText(kata.AnswerFile).Should().Be(SyntheticClone.Stub(kata));
    }

    private static AnswerArchive Archive(SyntheticClone clone) => new(clone.Catalogue, clone.Repository);

    private void WriteArchive(string answers) =>
        here.Write(ArchiveFile, $"{{\"format\": \"kata-answers-1\", \"answers\": {{{answers}}}}}");
}
