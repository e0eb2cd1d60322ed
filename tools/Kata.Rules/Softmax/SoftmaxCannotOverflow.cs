using Kata.Rules.Flow;
using Kata.Rules.Foundation;
using Kata.Rules.Scope;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kata.Rules.Softmax;

/// <summary>Points at a softmax whose exponents had their maximum subtracted.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SoftmaxCannotOverflow()
    : KataRule(RuleIds.SoftmaxCannotOverflow, RuleSeverity.Celebratory, RuleReach.EveryKata)
{
    private protected override void Check(AnswerFile answer, KataScope scope, Report report)
    {
        foreach (var (_, place) in Interpreter.Of(answer).Softmaxes.Where(softmax => softmax.Weights.Is(Trait.MaximumSubtracted)))
        {
            report.At(place);
        }
    }
}
