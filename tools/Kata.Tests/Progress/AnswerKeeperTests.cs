using Kata.Engine;
using Kata.Engine.Catalogue;
using Kata.Engine.Progress;
using Kata.Tests.Catalogue;

namespace Kata.Tests.Progress;

public sealed class AnswerKeeperTests : IDisposable
{
    private readonly SyntheticClone clone = SyntheticClone.WithThreeKatas();
    private readonly KataEntry kata;

    public AnswerKeeperTests() => kata = clone.Catalogue.Find("72", clone.Root);

    public void Dispose() => clone.Dispose();

    [Fact]
    public async Task Reset_brings_the_stub_back_and_keeps_the_answer()
    {
        clone.Commit();
        clone.Write(kata.AnswerFile, "my answer");

        var backup = await new AnswerKeeper(clone.Repository).ResetAsync(kata);

        File.ReadAllText(kata.AnswerFile).Should().Be(SyntheticClone.Stub(kata));
        File.ReadAllText(backup!).Should().Be("my answer");
    }

    [Fact]
    public async Task Reset_finds_the_stub_under_answers_that_were_committed()
    {
        clone.Commit();
        clone.Write(kata.AnswerFile, SyntheticClone.Answer(kata, "1", SyntheticClone.Throw(2)));
        clone.Commit();

        await new AnswerKeeper(clone.Repository).ResetAsync(kata);

        File.ReadAllText(kata.AnswerFile).Should().Be(SyntheticClone.Stub(kata));
    }

    [Fact]
    public async Task Reset_brings_back_a_deleted_file()
    {
        clone.Commit();
        File.Delete(kata.AnswerFile);

        await new AnswerKeeper(clone.Repository).ResetAsync(kata);

        File.ReadAllText(kata.AnswerFile).Should().Be(SyntheticClone.Stub(kata));
    }

    [Fact]
    public async Task Resetting_a_stub_changes_nothing()
    {
        clone.Commit();

        (await new AnswerKeeper(clone.Repository).ResetAsync(kata)).Should().BeNull();

        Directory.Exists(Path.Combine(clone.Repository.State, "backups")).Should().BeFalse();
    }

    [Fact]
    public async Task Without_git_an_answer_is_left_alone()
    {
        clone.Write(kata.AnswerFile, "my answer");

        var reset = () => new AnswerKeeper(clone.Repository).ResetAsync(kata);

        await reset.Should().ThrowAsync<KataException>().WithMessage("*comes from git*");
        File.ReadAllText(kata.AnswerFile).Should().Be("my answer");
    }

    [Fact]
    public async Task Two_resets_keep_two_backups()
    {
        clone.Commit();
        var keeper = new AnswerKeeper(clone.Repository);
        clone.Write(kata.AnswerFile, "first");
        var first = await keeper.ResetAsync(kata);
        clone.Write(kata.AnswerFile, "second");
        var second = await keeper.ResetAsync(kata);

        File.ReadAllText(first!).Should().Be("first");
        File.ReadAllText(second!).Should().Be("second");
    }
}
