using Kata.Rules.Flow;
using Kata.Rules.Foundation;
using Kata.Rules.Scope;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kata.Rules.Softmax;

/// <summary>Points at logarithms of a softmax. An entropy, a weight times its own logarithm, is what it is.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DoNotTakeTheLogarithmOfASoftmax()
    : KataRule(RuleIds.DoNotTakeTheLogarithmOfASoftmax, RuleSeverity.Actionable, RuleReach.EveryKata)
{
    private protected override void Check(AnswerFile answer, KataScope scope, Report report)
    {
        foreach (var logarithm in Interpreter.Of(answer).LogarithmsOfSoftmax)
        {
            report.At(logarithm);
        }
    }
}
