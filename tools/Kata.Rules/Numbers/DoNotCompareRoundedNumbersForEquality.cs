using Kata.Rules.Foundation;
using Kata.Rules.Scope;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Numbers;

/// <summary>
/// Points at == and != between two results of rounded arithmetic, or one and a constant. Comparing with zero or
/// infinity, and stored numbers with each other (a maximum, a tie, a fixed point), is exact and stays silent.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DoNotCompareRoundedNumbersForEquality()
    : KataRule(RuleIds.DoNotCompareRoundedNumbersForEquality, RuleSeverity.Actionable, RuleReach.EveryKata)
{
    private static readonly HashSet<string> RoundingFunctions =
        ["Sqrt", "Exp", "Log", "Log2", "Log10", "Pow", "Sin", "Cos", "Tanh", "Sum", "Average", "DotProduct", "L2Norm", "Norm", "Dot"];

    private protected override void Check(AnswerFile answer, KataScope scope, Report report)
    {
        foreach (var member in answer.Members)
        {
            foreach (var comparison in member.Body.Descendants().OfType<IBinaryOperation>().Where(IsEqualityOfReals))
            {
                if (IsUnsafe(comparison.LeftOperand.Unwrapped(), comparison.RightOperand.Unwrapped(), member.Body))
                {
                    report.At(comparison);
                }
            }
        }
    }

    private static bool IsEqualityOfReals(IBinaryOperation operation) =>
        operation.OperatorKind is BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals
        && operation.LeftOperand.Type.IsReal() && operation.RightOperand.Type.IsReal();

    private static bool IsUnsafe(IOperation left, IOperation right, IOperation body) =>
        IsNaN(left) || IsNaN(right)
        || (IsRounded(left, body) && (IsRounded(right, body) || IsInexactConstant(right)) && !Mentions(left, right))
        || (IsRounded(right, body) && IsInexactConstant(left));

    private static bool IsNaN(IOperation operand) => operand.ConstantValue is { HasValue: true, Value: double.NaN or float.NaN };

    private static bool IsInexactConstant(IOperation operand) =>
        operand.ConstantValue is { HasValue: true, Value: { } value }
        && Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture) is var number
        && number != 0 && !double.IsInfinity(number);

    private static bool IsRounded(IOperation operand, IOperation body) =>
        operand is ILocalReferenceOperation local
            ? body.ValuesOf(local.Local).ToList() is { Count: > 0 } values
                && values.All(value => IsNeutral(value) || IsRoundedResult(value.Unwrapped()))
                && values.Any(value => !IsNeutral(value))
            : IsRoundedResult(operand);

    private static bool IsNeutral(IOperation value) => value.ConstantValue.HasValue;

    private static bool IsRoundedResult(IOperation value) => value switch
    {
        _ when value.ConstantValue.HasValue => false,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract or BinaryOperatorKind.Multiply or BinaryOperatorKind.Divide } arithmetic =>
            arithmetic.Type.IsReal(),
        ICompoundAssignmentOperation compound => compound.Type.IsReal(),
        IInvocationOperation { TargetMethod.Name: "Abs" } absolute => absolute.Arguments.Length == 1 && IsRoundedResult(absolute.Arguments[0].Value.Unwrapped()),
        IInvocationOperation call => call.Type.IsReal() && RoundingFunctions.Contains(call.TargetMethod.Name),
        _ => false,
    };

    /// <summary>Whether one side is made of the other: the end of a bisection or of a fixed point.</summary>
    private static bool Mentions(IOperation left, IOperation right) =>
        left.DescendantsAndSelf().Any(operation => operation.Variable() is { } variable
            && right.DescendantsAndSelf().Any(other => other.Variable().IsSameAs(variable)));
}
