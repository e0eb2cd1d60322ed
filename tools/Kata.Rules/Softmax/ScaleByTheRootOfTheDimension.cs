using Kata.Rules.Flow;
using Kata.Rules.Foundation;
using Kata.Rules.Scope;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kata.Rules.Softmax;

/// <summary>Points at scores that are divided by a dimension itself and then used as they are.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ScaleByTheRootOfTheDimension()
    : KataRule(RuleIds.ScaleByTheRootOfTheDimension, RuleSeverity.Essential, RuleReach.WhereAsked)
{
    private protected override void Check(AnswerFile answer, KataScope scope, Report report)
    {
        var seen = Interpreter.Of(answer);
        foreach (var value in seen.Softmaxes.Select(softmax => softmax.Weights).Concat(seen.Results).Where(value => value.Is(Trait.Score)))
        {
            foreach (var division in value.OriginsOf(Trait.DividedByDimension))
            {
                report.At(division);
            }
        }
    }
}
