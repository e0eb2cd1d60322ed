using Microsoft.CodeAnalysis;

namespace Kata.Rules.Foundation;

/// <summary>Makes the descriptor of a rule from its id and severity; all texts come from the resources.</summary>
internal static class RuleDescriptor
{
    private const string Category = "Katas";

    /// <summary>The descriptor. The severity travels as its only custom tag.</summary>
    public static DiagnosticDescriptor Create(string id, RuleSeverity severity) => new(
        id,
        Texts.Localizable($"{id}_Title"),
        Texts.Localizable($"{id}_Message"),
        Category,
        severity <= RuleSeverity.Actionable ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        description: Texts.Localizable($"{id}_Why"),
        helpLinkUri: null,
        customTags: severity.ToString().ToLowerInvariant());

    /// <summary>Reads back the severity that <see cref="Create"/> stored.</summary>
    public static RuleSeverity SeverityOf(DiagnosticDescriptor descriptor) =>
        (RuleSeverity)Enum.Parse(typeof(RuleSeverity), descriptor.CustomTags.Single(), ignoreCase: true);
}
