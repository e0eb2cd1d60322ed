using Kata.Engine.Catalogue;
using Kata.Engine.Hints;
using Kata.Engine.Verdicts;
using Kata.Rules;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kata.Engine.Verify;

/// <summary>How a rule fares on the bad snippets of its tests.</summary>
/// <param name="Id">The rule's.</param>
/// <param name="Name">The rule's class.</param>
/// <param name="Snippets">How many there are.</param>
/// <param name="Fires">On how many it points at exactly what is marked.</param>
public sealed record RuleScore(string Id, string Name, int Snippets, int Fires);

/// <summary>Runs each rule over the bad snippets of its tests.</summary>
/// <param name="repository">The clone.</param>
/// <param name="checker">Whose compiler is used.</param>
public sealed class RuleQuality(Repository repository, IAnswerChecker checker)
{
    /// <summary>Of every rule, by id.</summary>
    public async Task<IReadOnlyList<RuleScore>> MeasureAsync(CancellationToken cancellation)
    {
        var sources = Directory.EnumerateFiles(Path.Combine(repository.Root, "tools", "Kata.Tests"), "*Tests.cs", SearchOption.AllDirectories)
            .Select(file => File.ReadAllText(file)).ToList();
        var scores = new List<RuleScore>();
        foreach (var rule in RuleCatalogue.All.OrderBy(rule => rule.SupportedDiagnostics[0].Id, StringComparer.Ordinal))
        {
            int snippets = 0, fires = 0;
            foreach (var group in RuleSnippets.Of(sources, rule.GetType().Name))
            {
                foreach (var snippet in group.Snippets)
                {
                    snippets++;
                    fires += await PointsAtMarksAsync(rule, group, snippet, cancellation).ConfigureAwait(false) ? 1 : 0;
                }
            }

            scores.Add(new RuleScore(rule.SupportedDiagnostics[0].Id, rule.GetType().Name, snippets, fires));
        }

        return scores;
    }

    private async Task<bool> PointsAtMarksAsync(DiagnosticAnalyzer rule, RuleSnippets group, string snippet, CancellationToken cancellation)
    {
        var marked = MarkedSource.Parse(SnippetKata.Answer(snippet));
        var found = await CodeHints.DiagnoseAsync(
            checker.Inspector.Compile(marked.Source, SnippetKata.AnswerFile, cancellation),
            [rule],
            SnippetKata.Context(group.Entries ?? rule.SupportedDiagnostics[0].Id, group.Statement, group.Tests),
            cancellation).ConfigureAwait(false);
        return found.Where(diagnostic => diagnostic.Location.SourceTree?.FilePath == SnippetKata.AnswerFile)
            .Select(diagnostic => diagnostic.Location.SourceSpan).Order().SequenceEqual(marked.Marks);
    }
}
