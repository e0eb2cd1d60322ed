using Kata.Rules.Foundation;
using Kata.Rules.Scope;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Course;

/// <summary>
/// Points at a loop in a method that the front matter names (<c>"KATA014 Attention"</c>), and at a loop that sums
/// products in a private helper of it: that is the same loop elsewhere. A helper may loop for other ends.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class WriteItWithoutALoop() : KataRule(RuleIds.WriteItWithoutALoop, RuleSeverity.Essential, RuleReach.WhereAsked)
{
    private protected override void Check(AnswerFile answer, KataScope scope, Report report)
    {
        var names = new HashSet<string>(scope.ArgumentsOf(RuleIds.WriteItWithoutALoop).SelectMany(arguments => arguments));
        foreach (var member in answer.Members.Where(member => names.Contains(member.Method.Name)))
        {
            foreach (var body in answer.Reach(member.Body, method => method.DeclaredAccessibility == Accessibility.Private))
            {
                var loops = body.Descendants().OfType<ILoopOperation>();
                foreach (var loop in body == member.Body ? loops.Where(IsOutermost) : loops.Where(SumsProducts).Where(IsOutermost))
                {
                    report.At(loop.Syntax.GetFirstToken().GetLocation(), member.Method.Name);
                }
            }
        }
    }

    private static bool IsOutermost(ILoopOperation loop) => !loop.Ancestors().Any(ancestor => ancestor is ILoopOperation);

    private static bool SumsProducts(ILoopOperation loop) => loop.Descendants().Any(operation =>
        operation is ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add } sum
        && sum.Value.Unwrapped() is IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply } product
        && IsEntry(product.LeftOperand) && IsEntry(product.RightOperand));

    private static bool IsEntry(IOperation operation) =>
        operation.Unwrapped() is IArrayElementReferenceOperation or IPropertyReferenceOperation { Arguments.Length: > 0 };
}
