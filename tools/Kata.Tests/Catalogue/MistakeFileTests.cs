using Kata.Engine;
using Kata.Engine.Mistakes;

namespace Kata.Tests.Catalogue;

public sealed class MistakeFileTests
{
    private const string Valid = """
        mistakes:
          - id: doubled-once
            task: 1
            from: |-
              number + number
            to: |-
              number
            hint:
              en: Think again.
              zh: 再想想。
        """;

    [Fact]
    public void A_mistake_is_the_reference_with_one_edit()
    {
        var mistake = MistakeFile.Parse(Valid, "mistakes.yml").Should().ContainSingle().Which;

        mistake.Should().Be(new Mistake("mistakes.yml", "doubled-once", 1, "number + number", "number", "Think again.", "再想想。"));
        mistake.Hint("zh").Should().Be("再想想。");
        mistake.Apply("a =>\r\n number + number;").Should().Be("a =>\n number;");
    }

    [Theory]
    [InlineData("nothing of it", "mistakes.yml: mistake doubled-once: * does not occur in the reference*")]
    [InlineData("number + number + number", "mistakes.yml: mistake doubled-once: * occurs more than once in the reference*")]
    public void The_edited_text_occurs_exactly_once(string reference, string message)
    {
        var apply = () => MistakeFile.Parse(Valid, "mistakes.yml")[0].Apply(reference);

        apply.Should().Throw<KataException>().WithMessage(message);
    }

    [Theory]
    [InlineData("id: doubled-once", "id: Doubled once", "mistakes.yml(2): \"Doubled once\" is not an id*")]
    [InlineData("task: 1", "task: first", "mistakes.yml(3): \"task\" must be a whole number from 1 to 9.")]
    [InlineData("      zh: 再想想。", "", "*\"zh\" is missing; add it.")]
    [InlineData("    hint:", "    hints:", "mistakes.yml(8): unknown key \"hints\"*")]
    public void What_does_not_fit_is_named(string text, string replacement, string message)
    {
        var parse = () => MistakeFile.Parse(Valid.Replace(text, replacement, StringComparison.Ordinal), "mistakes.yml");

        parse.Should().Throw<KataException>().WithMessage(message);
    }

    [Fact]
    public void An_id_is_used_once()
    {
        var parse = () => MistakeFile.Parse(Valid + "\n" + Valid["mistakes:\n".Length..], "mistakes.yml");

        parse.Should().Throw<KataException>().WithMessage("*\"doubled-once\" is used twice*");
    }
}
