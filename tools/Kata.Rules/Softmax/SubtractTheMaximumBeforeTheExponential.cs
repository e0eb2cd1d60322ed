using Kata.Rules.Flow;
using Kata.Rules.Foundation;
using Kata.Rules.Scope;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kata.Rules.Softmax;

/// <summary>Points at exponentials of unbounded numbers that are divided by their sum, or whose sum a logarithm is taken of.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SubtractTheMaximumBeforeTheExponential()
    : KataRule(RuleIds.SubtractTheMaximumBeforeTheExponential, RuleSeverity.Actionable, RuleReach.EveryKata)
{
    private protected override void Check(AnswerFile answer, KataScope scope, Report report)
    {
        var seen = Interpreter.Of(answer);
        foreach (var value in seen.Softmaxes.Select(softmax => softmax.Weights).Concat(seen.LogSumExps).Where(value => value.Is(Trait.Overflowing)))
        {
            foreach (var exponential in value.OriginsOf(Trait.Overflowing))
            {
                report.At(exponential);
            }
        }
    }
}
