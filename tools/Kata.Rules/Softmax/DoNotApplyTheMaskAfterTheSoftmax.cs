using Kata.Rules.Flow;
using Kata.Rules.Foundation;
using Kata.Rules.Scope;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kata.Rules.Softmax;

/// <summary>Points at a mask that takes weights away after they were normalised, when the result is used as it is.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DoNotApplyTheMaskAfterTheSoftmax()
    : KataRule(RuleIds.DoNotApplyTheMaskAfterTheSoftmax, RuleSeverity.Essential, RuleReach.WhereAsked)
{
    private protected override void Check(AnswerFile answer, KataScope scope, Report report)
    {
        foreach (var weights in Interpreter.Of(answer).Results)
        {
            foreach (var mask in weights.OriginsOf(Trait.MaskedAfterwards).Concat(weights.OriginsOf(Trait.SoftmaxTimesInput)))
            {
                report.At(mask);
            }
        }
    }
}
