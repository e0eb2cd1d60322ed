using Kata.Engine;
using Kata.Engine.Catalogue;

namespace Kata.Tests.Catalogue;

public sealed class StatementHeadTests : IDisposable
{
    private readonly string file = Path.GetTempFileName();

    public void Dispose() => File.Delete(file);

    [Fact]
    public void Everything_is_read()
    {
        var head = Read("""
            ---
            difficulty: 3
            minutes: 45
            needs: [ "055", 072 ]
            timeLimit: 20
            rules: [ KATA014, "KATA015 Einsum" ]
            ---

            # Attention by einsum
            """);

        head.Title.Should().Be("Attention by einsum");
        head.FrontMatter.Should().BeEquivalentTo(
            new FrontMatter(3, 45, [55, 72], TimeSpan.FromSeconds(20), ["KATA014", "KATA015 Einsum"]));
    }

    [Fact]
    public void What_may_be_absent_is_empty()
    {
        var head = Read("---\r\ndifficulty: 1\r\nminutes: 5\r\n---\r\n# Short\r\n");

        head.FrontMatter.Should().BeEquivalentTo(new FrontMatter(1, 5, [], null, []));
    }

    [Theory]
    [InlineData("# Title", "*no front matter*")]
    [InlineData("---\ndifficulty: 1\nminutes: 5\n", "*not closed*")]
    [InlineData("---\ndifficulty: 1\nminutes: 5\n---\ntext", "*has no title*")]
    [InlineData("---\nminutes: 5\n---\n# T", "*(2): \"difficulty\" is missing; add it.")]
    [InlineData("---\ndifficulty: 4\nminutes: 5\n---\n# T", "*(2): \"difficulty\" must be a whole number from 1 to 3.")]
    [InlineData("---\ndifficulty: 1\nminutes: long\n---\n# T", "*(3): \"minutes\" must be a whole number from 1 to 999.")]
    [InlineData("---\ndifficulty: 1\nminute: 5\n---\n# T", "*(3): unknown key \"minute\"; the keys here are difficulty, minutes*")]
    [InlineData("---\ndifficulty: 1\nminutes: 5\nneeds: 55\n---\n# T", "*(4): \"needs\" must be a list of texts*")]
    [InlineData("---\ndifficulty: 1\nminutes: 5\nneeds: [ first ]\n---\n# T", "*(4): \"first\" in needs is not the number of a kata*")]
    [InlineData("---\ndifficulty: [1\n---\n# T", "*not valid YAML*")]
    [InlineData("---\n- 1\n---\n# T", "*expected \"key: value\" lines.")]
    public void What_does_not_fit_is_named_with_its_file(string text, string message)
    {
        var read = () => Read(text);

        read.Should().Throw<KataException>().WithMessage(message).And.Message.Should().StartWith(file);
    }

    private StatementHead Read(string text)
    {
        File.WriteAllText(file, text);
        return StatementHead.Read(file);
    }
}
