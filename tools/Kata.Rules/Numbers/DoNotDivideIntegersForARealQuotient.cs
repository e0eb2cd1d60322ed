using Kata.Rules.Foundation;
using Kata.Rules.Scope;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Numbers;

/// <summary>
/// Points at an integer division whose result becomes a real number. Divisions that are exact, or that round
/// down on purpose (steps of a schedule, pairs of dimensions), stay silent.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DoNotDivideIntegersForARealQuotient()
    : KataRule(RuleIds.DoNotDivideIntegersForARealQuotient, RuleSeverity.Actionable, RuleReach.EveryKata)
{
    private protected override void Check(AnswerFile answer, KataScope scope, Report report)
    {
        foreach (var member in answer.Members)
        {
            foreach (var division in member.Body.Descendants().OfType<IBinaryOperation>().Where(IsOfIntegers))
            {
                if (BecomesReal(division) is { } conversion && LosesTheFraction(division, conversion, member.Body, answer))
                {
                    report.At(division);
                }
            }
        }
    }

    private static bool IsOfIntegers(IBinaryOperation operation) =>
        operation.OperatorKind == BinaryOperatorKind.Divide && operation.Type.IsInteger();

    /// <summary>The conversion to a real number, of the division itself or of a constant plus or minus it.</summary>
    private static IConversionOperation? BecomesReal(IOperation division) => division.Parent switch
    {
        IConversionOperation conversion when conversion.Type.IsReal() => conversion,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract } shift
            when shift.LeftOperand.ConstantValue.HasValue || shift.RightOperand.ConstantValue.HasValue => BecomesReal(shift),
        IUnaryOperation { OperatorKind: UnaryOperatorKind.Minus } negation => BecomesReal(negation),
        _ => null,
    };

    private static bool LosesTheFraction(IBinaryOperation division, IConversionOperation conversion, IOperation body, AnswerFile answer)
    {
        var divisor = division.RightOperand.Unwrapped();
        if (divisor.ConstantValue.HasValue)
        {
            return IsFractionOfConstants(division);
        }

        return division.LeftOperand.ConstantValue is { HasValue: true, Value: 1 or -1 or 2 or 1L }
            || IsFractionalExponent(division, conversion)
            || (IsUsedAsItIs(conversion, body) && !IsMeantToBeWhole(division, answer));
    }

    private static bool IsFractionOfConstants(IBinaryOperation division) =>
        division.LeftOperand.ConstantValue is { HasValue: true, Value: int dividend }
        && division.RightOperand.ConstantValue is { HasValue: true, Value: int divisor }
        && divisor != 0 && dividend % divisor != 0;

    /// <summary>A constant to the power of <c>2 * i / d</c>, as in positional encodings: always 10000 to the power of 0.</summary>
    private static bool IsFractionalExponent(IBinaryOperation division, IConversionOperation conversion) =>
        division.LeftOperand is IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply }
        && conversion.Parent is IArgumentOperation { Parameter.Ordinal: 1, Parent: IInvocationOperation { TargetMethod.Name: "Pow" } power }
        && power.Arguments[0].Value.ConstantValue.HasValue;

    /// <summary>Whether the result is returned or kept, and not handed to a function that may want the whole number.</summary>
    private static bool IsUsedAsItIs(IConversionOperation conversion, IOperation body) => conversion.Parent switch
    {
        IReturnOperation => true,
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => !IsArgument(declarator.Symbol, body),
        ISimpleAssignmentOperation { Target: { } target } => target.Variable() is not { } variable || !IsArgument(variable, body),
        _ => false,
    };

    private static bool IsArgument(ISymbol variable, IOperation body) =>
        body.Descendants().OfType<IArgumentOperation>().Any(argument => argument.Value.Variable().IsSameAs(variable));

    /// <summary>Whether the file checks that the divisor divides, or uses the same quotient as a whole number.</summary>
    private static bool IsMeantToBeWhole(IBinaryOperation division, AnswerFile answer)
    {
        var divisor = division.RightOperand.Syntax.ToString();
        var quotient = division.Syntax.ToString();
        return answer.Operations.OfType<IBinaryOperation>().Any(other =>
            (other.OperatorKind == BinaryOperatorKind.Remainder && other.RightOperand.Syntax.ToString() == divisor)
            || (IsOfIntegers(other) && other != division && other.Syntax.ToString() == quotient && BecomesReal(other) is null));
    }
}
