using Kata.Engine.Verify;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kata.Tests.Rules.Harness;

/// <summary>
/// The base of a rule's tests. Snippets are the members of a static class, compiled as an answer; what a rule
/// must point at is <c>[|marked|]</c>.
/// </summary>
/// <typeparam name="TRule">The rule.</typeparam>
public abstract class RuleTests<TRule>
    where TRule : DiagnosticAnalyzer, new()
{
    /// <summary>The entries of <c>rules:</c> in the kata's front matter: by default the rule's own id.</summary>
    protected virtual string RuleEntries => new TRule().SupportedDiagnostics[0].Id;

    /// <summary>The rest of the statement.</summary>
    protected virtual string Statement => SnippetKata.Statement;

    /// <summary>The text of the kata's tests.</summary>
    protected virtual string Tests => "";

    /// <summary>Asserts that the rule points at exactly the marks.</summary>
    protected void ShouldReport(string members)
    {
        var marked = MarkedSource.Parse(SnippetKata.Answer(members));
        marked.Marks.Should().NotBeEmpty("a bad snippet marks what the rule must point at");
        var found = Run(marked.Source, mustCompile: true);
        Describe(found.Select(diagnostic => diagnostic.Location.SourceSpan), marked.Source)
            .Should().Equal(Describe(marked.Marks, marked.Source), "the rule must point at the marks in\n{0}", marked.Source);
    }

    /// <summary>Asserts that the rule has nothing to say.</summary>
    protected void ShouldBeSilent(string members)
    {
        var source = SnippetKata.Answer(members);
        Describe(Run(source, mustCompile: true).Select(diagnostic => diagnostic.Location.SourceSpan), source)
            .Should().BeEmpty("this is correct:\n{0}", source);
    }

    /// <summary>Everything the rule says, also about a source that does not compile.</summary>
    protected IReadOnlyList<Diagnostic> Run(string source, bool mustCompile)
    {
        var compilation = AnswerCompilation.Of(source, SnippetKata.AnswerFile);
        if (mustCompile)
        {
            compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
                .Should().BeEmpty("a snippet must compile:\n{0}", source);
        }

        var found = compilation.Diagnose([new TRule()], SnippetKata.Context(RuleEntries, Statement, Tests));
        return [.. found.OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)];
    }

    private static IEnumerable<string> Describe(IEnumerable<Microsoft.CodeAnalysis.Text.TextSpan> spans, string source) =>
        spans.Select(span => $"{span.Start}: {source.Substring(span.Start, span.Length)}");
}
