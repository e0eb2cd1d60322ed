using Kata.Rules.Foundation;
using Kata.Rules.Scope;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Care;

/// <summary>
/// Points at buffers whose rows and columns are both as many as the sequence is long. The front matter may name the
/// dimensions that are lengths, as the stub's shapes do (<c>"KATA013 n m"</c>; without, it is the same name twice), and
/// the methods that must do without (<c>"KATA013 JacobianNorm"</c>; without, it is all).
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DoNotAllocateAQuadraticBuffer()
    : KataRule(RuleIds.DoNotAllocateAQuadraticBuffer, RuleSeverity.Essential, RuleReach.WhereAsked)
{
    private protected override void Check(AnswerFile answer, KataScope scope, Report report)
    {
        var methods = new HashSet<string>(answer.Members.Select(member => member.Method.Name));
        foreach (var arguments in scope.ArgumentsOf(RuleIds.DoNotAllocateAQuadraticBuffer))
        {
            var lengths = new HashSet<string>(arguments.Where(argument => !methods.Contains(argument)));
            foreach (var member in answer.Members.Where(member => !arguments.Any(methods.Contains) || arguments.Contains(member.Method.Name)))
            {
                var sizes = new DeclaredSizes(member.Body, answer);
                foreach (var operation in member.Body.Descendants())
                {
                    if (SizesOf(operation, sizes, answer.Types) is ({ } rows, { } columns)
                        && (lengths.Count == 0 ? rows == columns : lengths.Contains(rows) && lengths.Contains(columns)))
                    {
                        report.At(operation, rows, columns);
                    }
                }
            }
        }
    }

    private static (string? Rows, string? Columns) SizesOf(IOperation operation, DeclaredSizes sizes, KnownTypes types) => operation switch
    {
        IArrayCreationOperation { DimensionSizes.Length: 2 } array => (sizes.NameOf(array.DimensionSizes[0]), sizes.NameOf(array.DimensionSizes[1])),
        IArrayCreationOperation { DimensionSizes.Length: 1 } array => FlatOrJagged(array, sizes),
        IInvocationOperation { TargetMethod.Name: "Dense" or "Sparse" or "DenseIdentity" } call when call.Arguments.Length > 0 && call.TargetMethod.ContainingType.Name == "MatrixBuilder" =>
            (sizes.NameOf(call.Arguments[0].Value), sizes.NameOf(call.Arguments[call.TargetMethod.Parameters.Length > 1 && call.Arguments[1].Value.Type.IsInteger() ? 1 : 0].Value)),
        IInvocationOperation { TargetMethod.Name: "TransposeAndMultiply" or "OuterProduct" or "TransposeThisAndMultiply" or "Multiply" } => sizes.ShapeOf(operation),
        IInvocationOperation call when KnownTypes.IsOrDerivesFrom(call.Type, types.Matrix) => sizes.DeclaredResult(call),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply } product when KnownTypes.IsOrDerivesFrom(product.Type, types.Matrix) => sizes.ShapeOf(operation),
        _ => (null, null),
    };

    /// <summary><c>new double[n * m]</c>, or a row of <c>m</c> that is kept in each of <c>n</c> places.</summary>
    private static (string? Rows, string? Columns) FlatOrJagged(IArrayCreationOperation array, DeclaredSizes sizes)
    {
        if (array.DimensionSizes[0].Unwrapped() is IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply } product)
        {
            return (sizes.NameOf(product.LeftOperand), sizes.NameOf(product.RightOperand));
        }

        return array.Parent is ISimpleAssignmentOperation { Target: IArrayElementReferenceOperation { ArrayReference: { } outer } }
            ? (sizes.LengthOf(outer), sizes.NameOf(array.DimensionSizes[0]))
            : (null, null);
    }
}
