using System.Globalization;
using System.Text;
using Kata.Rules;
using Kata.Rules.Foundation;
using Kata.Rules.Scope;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Rules.Together;

/// <summary>The pages in <c>tools/Kata.Rules/docs</c> are made of the texts; <c>KATA_WRITE_PAGES=1</c> writes them anew.</summary>
public class RulePagesTests
{
    private static readonly string Folder = Path.Combine(AnswerCompilation.Repository.Root, "tools", "Kata.Rules", "docs");

    public static TheoryData<string> Ids => new(RuleCatalogue.All.Select(rule => rule.SupportedDiagnostics[0].Id));

    [Theory, MemberData(nameof(Ids))]
    public void Page_says_what_the_texts_say(string id)
    {
        var file = Path.Combine(Folder, $"{id}.md");
        if (Environment.GetEnvironmentVariable("KATA_WRITE_PAGES") == "1")
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(file, Page(id));
        }

        File.Exists(file).Should().BeTrue("KATA_WRITE_PAGES=1 dotnet test tools/Kata.Tests writes {0}", file);
        File.ReadAllText(file).Should().Be(Page(id), "KATA_WRITE_PAGES=1 dotnet test tools/Kata.Tests writes {0} anew", file);
    }

    [Fact]
    public void Every_page_has_a_rule() =>
        Directory.GetFiles(Folder, "*.md").Select(Path.GetFileNameWithoutExtension)
            .Should().BeEquivalentTo(RuleCatalogue.All.Select(rule => rule.SupportedDiagnostics[0].Id));

    private static string Page(string id)
    {
        var rule = RuleCatalogue.All.Single(candidate => candidate.SupportedDiagnostics[0].Id == id);
        var everywhere = rule is not KataRule { Reach: RuleReach.WhereAsked };
        var page = new StringBuilder();
        Append("en", everywhere ? "every kata" : "katas whose front matter lists it");
        page.Append('\n');
        Append("zh", everywhere ? "所有 kata" : "front matter 中列出它的 kata");
        return page.ToString();

        void Append(string language, string reach)
        {
            var text = RuleCatalogue.TextOf(id, language);
            page.Append(CultureInfo.InvariantCulture, $"{(language == "en" ? "#" : "##")} {id}: {text.Title}\n\n{text.Why}\n\n{text.Explanation}\n\n")
                .Append(language == "en" ? $"Severity: {Severity(text)}. Speaks in: {reach}.\n" : $"级别：{Severity(text)}。适用于：{reach}。\n");
        }

        static string Severity(RuleText text) => text.Severity.ToString().ToLowerInvariant();
    }
}
