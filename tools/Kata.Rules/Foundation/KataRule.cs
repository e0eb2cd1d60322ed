using System.Collections.Immutable;
using Kata.Rules.Scope;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kata.Rules.Foundation;

/// <summary>
/// A rule that reads one answer file. A rule is silent whenever it is not sure: a hint on correct code costs
/// more trust than a missed mistake.
/// </summary>
/// <param name="id">From <see cref="RuleIds"/>.</param>
/// <param name="severity">How much a hint matters.</param>
/// <param name="reach">Which katas it speaks in.</param>
public abstract class KataRule(string id, RuleSeverity severity, RuleReach reach) : DiagnosticAnalyzer
{
    private readonly DiagnosticDescriptor descriptor = RuleDescriptor.Create(id, severity);

    /// <summary>Which katas it speaks in.</summary>
    public RuleReach Reach => reach;

    /// <inheritdoc />
    public sealed override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [descriptor];

    /// <inheritdoc />
    public sealed override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSemanticModelAction(file =>
        {
            var scope = KataScope.Of(file.SemanticModel.SyntaxTree, file.Options.AdditionalFiles, file.CancellationToken);
            if (scope.Includes(id, reach))
            {
                Check(AnswerFile.Of(file.SemanticModel), scope, new Report(descriptor, file.ReportDiagnostic));
            }
        });
    }

    private protected abstract void Check(AnswerFile answer, KataScope scope, Report report);
}
