using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kata.Engine.Verify;

/// <summary>The bad snippets of a rule, as its test classes hold them.</summary>
/// <param name="Entries">The entries of <c>rules:</c> in their front matter; null for the rule's own id.</param>
/// <param name="Statement">The rest of their statement.</param>
/// <param name="Tests">The text of their kata's tests.</param>
/// <param name="Snippets">Members of a class, each with the spots marked that the rule must point at.</param>
internal sealed record RuleSnippets(string? Entries, string Statement, string Tests, IReadOnlyList<string> Snippets)
{
    private static readonly MetadataReference[] References = [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)];

    /// <summary>Those of a rule in the source of the test classes.</summary>
    /// <param name="tests">Each test class's source.</param>
    /// <param name="rule">The name of the rule's class.</param>
    public static IEnumerable<RuleSnippets> Of(IEnumerable<string> tests, string rule) =>
        tests.Where(source => source.Contains($" : RuleTests<{rule}>", StringComparison.Ordinal)).Select(Read);

    private static RuleSnippets Read(string source)
    {
        var tree = CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.CSharp14));
        var model = CSharpCompilation.Create("snippets", [tree], References).GetSemanticModel(tree);
        var root = tree.GetRoot();
        return new RuleSnippets(
            Override("RuleEntries"),
            Override("Statement") ?? SnippetKata.Statement,
            Override("Tests") ?? "",
            [.. root.DescendantNodes().OfType<AttributeArgumentSyntax>().Select(argument => argument.Expression)
                .Concat(root.DescendantNodes().OfType<ArgumentSyntax>().Select(argument => argument.Expression))
                .Select(Constant)
                .OfType<string>()
                .Where(MarkedSource.HasMarks)]);

        string? Constant(ExpressionSyntax expression) => model.GetConstantValue(expression) is { HasValue: true, Value: string text } ? text : null;

        string? Override(string property) => root.DescendantNodes().OfType<PropertyDeclarationSyntax>()
            .FirstOrDefault(declaration => declaration.Identifier.Text == property)?.ExpressionBody is { } body ? Constant(body.Expression) : null;
    }
}
