using System.Collections.Immutable;
using Kata.Rules.Foundation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kata.Rules;

/// <summary>All rules, for those who run them or show their texts. A new rule is found by its attribute.</summary>
public static class RuleCatalogue
{
    /// <summary>One analyzer for each rule, in the order of the ids.</summary>
    public static ImmutableArray<DiagnosticAnalyzer> All { get; } = typeof(RuleCatalogue).Assembly.GetTypes()
        .Where(type => type.IsDefined(typeof(DiagnosticAnalyzerAttribute), inherit: false))
        .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type))
        .OrderBy(rule => rule.SupportedDiagnostics[0].Id, StringComparer.Ordinal)
        .ToImmutableArray();

    /// <summary>The severity of a diagnostic that one of the rules reported.</summary>
    public static RuleSeverity SeverityOf(DiagnosticDescriptor descriptor) => RuleDescriptor.SeverityOf(descriptor);

    /// <summary>What a rule says of itself.</summary>
    /// <param name="id">For example <c>KATA001</c>.</param>
    /// <param name="language"><c>en</c> or <c>zh</c>.</param>
    /// <exception cref="ArgumentException">No rule has this id.</exception>
    public static RuleText TextOf(string id, string language)
    {
        var descriptor = All.SelectMany(rule => rule.SupportedDiagnostics).FirstOrDefault(candidate => candidate.Id == id)
            ?? throw new ArgumentException($"There is no rule {id}: the ids are in RuleIds.cs.", nameof(id));
        return new RuleText(
            id,
            RuleDescriptor.SeverityOf(descriptor),
            Texts.In(language, $"{id}_Title"),
            Texts.In(language, $"{id}_Why"),
            Texts.In(language, $"{id}_Explanation"));
    }
}
