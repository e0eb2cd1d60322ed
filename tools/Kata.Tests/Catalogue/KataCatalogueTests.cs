using Kata.Engine;
using Kata.Engine.Catalogue;

namespace Kata.Tests.Catalogue;

public sealed class KataCatalogueTests : IDisposable
{
    private readonly SyntheticClone clone = SyntheticClone.WithThreeKatas();

    public void Dispose() => clone.Dispose();

    [Fact]
    public void Chapters_follow_the_curriculum_and_katas_their_numbers()
    {
        clone.AddKata("zoo", "101-lions", "Lions", "狮子");
        clone.AddKata("aviary", "100-owls", "Owls", "猫头鹰");

        clone.Catalogue.Katas.Select(kata => kata.Folder).Should().Equal(
            "055-why-scale-scores", "072-einsum-attention", "012-bpe-merges", "100-owls", "101-lions");
    }

    [Fact]
    public void Folders_that_are_no_kata_are_not_listed()
    {
        Directory.CreateDirectory(Path.Combine(clone.Repository.Katas, "attention", "72-too-short"));
        Directory.CreateDirectory(Path.Combine(clone.Repository.Katas, "Shared"));

        clone.Catalogue.Katas.Should().HaveCount(3);
    }

    [Theory]
    [InlineData("72")]
    [InlineData("072")]
    [InlineData("einsum-attention")]
    [InlineData("072-einsum-attention")]
    [InlineData("Einsum-Attention")]
    [InlineData("katas/attention/072-einsum-attention")]
    [InlineData("katas/attention/072-einsum-attention/EinsumAttention.cs")]
    [InlineData("tests/attention/072-einsum-attention/")]
    [InlineData("./solutions/../solutions/attention/072-einsum-attention")]
    public void A_kata_is_found_by(string text) =>
        clone.Catalogue.Find(text, clone.Root).Folder.Should().Be("072-einsum-attention");

    [Theory]
    [InlineData(".")]
    [InlineData("EinsumAttention.cs")]
    [InlineData("../072-einsum-attention")]
    public void A_path_starts_in_the_working_directory(string text) =>
        clone.Catalogue.Find(text, Path.Combine(clone.Repository.Katas, "attention", "072-einsum-attention"))
            .Number.Should().Be(72);

    [Theory]
    [InlineData("720", "no kata 720; did you mean 072 einsum-attention?")]
    [InlineData("13", "no kata 13; did you mean 012 bpe-merges?")]
    [InlineData("einsum", "no kata einsum; did you mean 072 einsum-attention?")]
    [InlineData("bpe-merge", "no kata bpe-merge; did you mean 012 bpe-merges?")]
    [InlineData("why-scale-skores", "no kata why-scale-skores; did you mean 055 why-scale-scores?")]
    [InlineData("zzz", "no kata zzz; 'kata list' shows all of them")]
    [InlineData("../elsewhere", "no kata ../elsewhere; 'kata list' shows all of them")]
    public void What_is_no_kata_gets_a_suggestion(string text, string message)
    {
        var find = () => clone.Catalogue.Find(text, clone.Root);

        find.Should().Throw<KataException>().WithMessage(message);
    }

    [Fact]
    public void A_folder_outside_a_clone_is_named()
    {
        var find = () => Repository.Find(Path.GetPathRoot(clone.Root)!);

        find.Should().Throw<KataException>().WithMessage("*no Katas.sln*");
    }
}
