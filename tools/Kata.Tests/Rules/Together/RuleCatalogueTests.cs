using System.Globalization;
using System.Reflection;
using Kata.Rules;
using Kata.Tests.Rules.Harness;
using Microsoft.CodeAnalysis;

namespace Kata.Tests.Rules.Together;

public class RuleCatalogueTests
{
    private static IEnumerable<DiagnosticDescriptor> Descriptors => RuleCatalogue.All.SelectMany(rule => rule.SupportedDiagnostics);

    [Fact]
    public void Every_id_belongs_to_one_rule_of_the_same_name()
    {
        var declared = typeof(RuleIds).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => ((string)field.GetRawConstantValue()!, field.Name));
        RuleCatalogue.All.Select(rule => (rule.SupportedDiagnostics[0].Id, rule.GetType().Name)).Should().Equal(declared);
    }

    [Fact]
    public void Every_rule_is_one_sealed_class_in_a_file_of_its_name() =>
        RuleCatalogue.All.Should().OnlyContain(rule =>
            rule.GetType().IsSealed
            && Directory.GetFiles(Path.Combine(AnswerCompilation.Repository.Root, "tools", "Kata.Rules"), $"{rule.GetType().Name}.cs", SearchOption.AllDirectories).Length == 1);

    [Fact]
    public void Every_rule_has_its_texts_in_two_languages_that_differ()
    {
        foreach (var id in Descriptors.Select(descriptor => descriptor.Id))
        {
            var english = RuleCatalogue.TextOf(id, "en");
            var chinese = RuleCatalogue.TextOf(id, "zh");
            new[] { english.Title, english.Why, english.Explanation, chinese.Title, chinese.Why, chinese.Explanation }
                .Should().OnlyHaveUniqueItems().And.NotContain(string.Empty);
        }
    }

    [Fact]
    public void A_message_speaks_the_reader_s_language()
    {
        var descriptor = Descriptors.Single(candidate => candidate.Id == RuleIds.DoNotChangeTheCallersInput);
        var diagnostic = Diagnostic.Create(descriptor, Location.None, "scores");
        diagnostic.GetMessage(CultureInfo.GetCultureInfo("en")).Should().Be("This changes scores, which belongs to the caller: work on a copy");
        diagnostic.GetMessage(CultureInfo.GetCultureInfo("zh")).Should().StartWith("这里修改了属于调用者的 scores");
    }

    [Fact]
    public void Severity_decides_between_warning_and_information() =>
        Descriptors.Should().OnlyContain(descriptor =>
            descriptor.DefaultSeverity == (RuleCatalogue.SeverityOf(descriptor) <= RuleSeverity.Actionable ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info));

    [Fact]
    public void An_unknown_id_is_named()
    {
        var act = () => RuleCatalogue.TextOf("KATA999", "en");
        act.Should().Throw<ArgumentException>().WithMessage("There is no rule KATA999*");
    }
}
