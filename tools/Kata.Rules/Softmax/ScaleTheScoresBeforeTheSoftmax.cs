using Kata.Rules.Flow;
using Kata.Rules.Foundation;
using Kata.Rules.Scope;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kata.Rules.Softmax;

/// <summary>Points at dot products of queries and keys that reach a softmax without a scale.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ScaleTheScoresBeforeTheSoftmax()
    : KataRule(RuleIds.ScaleTheScoresBeforeTheSoftmax, RuleSeverity.Essential, RuleReach.WhereAsked)
{
    private protected override void Check(AnswerFile answer, KataScope scope, Report report)
    {
        foreach (var (weights, _) in Interpreter.Of(answer).Softmaxes.Where(softmax => softmax.Weights.Is(Trait.Score) && !softmax.Weights.MayBe(Trait.Scaled)))
        {
            foreach (var product in weights.OriginsOf(Trait.Score))
            {
                report.At(product);
            }
        }
    }
}
