using Kata.Rules.Flow;
using Kata.Rules.Foundation;
using Kata.Rules.Scope;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kata.Rules.Softmax;

/// <summary>Points at a softmax along the columns of scores whose rows are the queries.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TakeTheSoftmaxOverTheKeys()
    : KataRule(RuleIds.TakeTheSoftmaxOverTheKeys, RuleSeverity.Essential, RuleReach.WhereAsked)
{
    private protected override void Check(AnswerFile answer, KataScope scope, Report report)
    {
        foreach (var weights in Interpreter.Of(answer).Results)
        {
            foreach (var column in weights.OriginsOf(Trait.ColumnSoftmax))
            {
                report.At(column);
            }
        }
    }
}
