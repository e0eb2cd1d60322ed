using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Foundation;

/// <summary>What rules ask of operations, again and again.</summary>
internal static class OperationReading
{
    /// <summary>The operation without the conversions and delegate creations around it.</summary>
    public static IOperation Unwrapped(this IOperation operation) => operation switch
    {
        IConversionOperation conversion => conversion.Operand.Unwrapped(),
        IDelegateCreationOperation creation => creation.Target.Unwrapped(),
        IParenthesizedOperation parenthesized => parenthesized.Operand.Unwrapped(),
        IArgumentOperation argument => argument.Value.Unwrapped(),
        _ => operation,
    };

    /// <summary>The local or parameter that an operation names; null for any other.</summary>
    public static ISymbol? Variable(this IOperation operation) => operation.Unwrapped() switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        _ => null,
    };

    /// <summary>The variable whose object, or part of it, an operation refers to: <c>rows</c> for <c>rows[i][j]</c>.</summary>
    public static ISymbol? RootVariable(this IOperation operation) => operation.Unwrapped() switch
    {
        IArrayElementReferenceOperation element => element.ArrayReference.RootVariable(),
        IPropertyReferenceOperation { Arguments.Length: > 0, Instance: { } instance } => instance.RootVariable(),
        IInvocationOperation { TargetMethod.Name: "AsSpan" or "AsTensorSpan" or "AsArray" or "AsColumnMajorArray" or "AsRowMajorArray" } view =>
            (view.Instance ?? view.Arguments.FirstOrDefault()?.Value)?.RootVariable(),
        var other => other.Variable(),
    };

    /// <summary>The operations around this one, from the inside out.</summary>
    public static IEnumerable<IOperation> Ancestors(this IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            yield return parent;
        }
    }

    /// <summary>The values that a local is set to anywhere in a body; a compound assignment counts as itself.</summary>
    public static IEnumerable<IOperation> ValuesOf(this IOperation body, ISymbol variable)
    {
        foreach (var operation in body.DescendantsAndSelf())
        {
            switch (operation)
            {
                case IVariableDeclaratorOperation declarator when declarator.Symbol.IsSameAs(variable) && declarator.GetVariableInitializer() is { } initializer:
                    yield return initializer.Value;
                    break;
                case ISimpleAssignmentOperation assignment when assignment.Target.Variable().IsSameAs(variable):
                    yield return assignment.Value;
                    break;
                case ICompoundAssignmentOperation or IIncrementOrDecrementOperation when operation.ChildOperations.First().Variable().IsSameAs(variable):
                    yield return operation;
                    break;
            }
        }
    }

    /// <summary>Whether two symbols are the same one.</summary>
    public static bool IsSameAs(this ISymbol? first, ISymbol? second) => first is not null && SymbolEqualityComparer.Default.Equals(first, second);

    /// <summary>The receiver of a call, also of one that is written as an extension.</summary>
    public static IOperation? Receiver(this IInvocationOperation call) =>
        call.Instance ?? (call.TargetMethod.IsExtensionMethod ? call.Arguments.FirstOrDefault()?.Value : null);

    /// <summary>Whether a type is float or double.</summary>
    public static bool IsReal(this ITypeSymbol? type) => type?.SpecialType is SpecialType.System_Double or SpecialType.System_Single;

    /// <summary>Whether a type is an integer type.</summary>
    public static bool IsInteger(this ITypeSymbol? type) => type?.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_UInt64;

    /// <summary>Whether a type has the name, in the namespace: for types that few rules ask about.</summary>
    public static bool IsNamed(this ITypeSymbol? type, string name, string space) =>
        type is not null && type.Name == name && type.ContainingNamespace?.ToDisplayString() == space;
}
