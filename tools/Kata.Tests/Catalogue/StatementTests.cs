using Kata.Engine;
using Kata.Engine.Statements;

namespace Kata.Tests.Catalogue;

public sealed class StatementTests : IDisposable
{
    private readonly string file = Path.GetTempFileName();

    public void Dispose() => File.Delete(file);

    [Theory]
    [InlineData("en", "Attention by einsum", "Question")]
    [InlineData("zh", "用 einsum 写注意力", "题目")]
    public void Both_languages_have_the_same_structure(string language, string title, string question)
    {
        using var clone = SyntheticClone.WithThreeKatas();

        var statement = Statement.Read(clone.Catalogue.Find("72", clone.Root).StatementFile(language));

        statement.Title.Should().Be(title);
        statement.Headings.Select(heading => heading.Level).Should().Equal(1, 2, 3, 3);
        statement.Headings[1].Should().Be(new Heading(2, question, 8));
        statement.Tasks.Select(task => (task.Number, task.Title)).Should().Equal((1, "Double"), (2, "Square"));
        statement.CodeSamples.Should().ContainSingle().Which.Text.Should().Be("static int Double(int number)");
        statement.Tasks[0].Hints.Select(hint => hint.Text).Should().Equal("Add it to **itself**.", "The sum of two equal numbers.");
        statement.Tasks[1].Hints.Select(hint => hint.Text).Should().Equal("A product.");
    }

    [Theory]
    [InlineData("## No title", "* has no title*")]
    [InlineData("# T\n\n<details><summary>Hint 1</summary>\n\nx\n\n</details>", "*(3): here only hint 1 of a task can begin*")]
    [InlineData("# T\n\n### Task 1: A\n\n<details><summary>Hint 2</summary>\n\nx\n\n</details>", "*(5): here only hint 1 of a task can begin*")]
    [InlineData("# T\n\n### Task 1: A\n\n<details><summary>Hint 1</summary>\n\nx", "*(5): this fold is not closed*")]
    [InlineData("# T\n\n### Task 1: A\n\n<details><summary>Hint 1</summary>\n\nx\n\n## B", "*(5): this fold is not closed*")]
    [InlineData("# T\n\n### Task 1: A\n\n<details><summary>Hint 1</summary>\nx\n</details>", "*(5): here only hint 1 of a task can begin*")]
    [InlineData("# T\n\n### Task 1: A\n\n</details>", "*(5): \"</details>\" without*")]
    public void A_broken_structure_is_named_with_its_line(string text, string message)
    {
        File.WriteAllText(file, text);

        var read = () => Statement.Read(file);

        read.Should().Throw<KataException>().WithMessage(message).And.Message.Should().StartWith(file);
    }
}
