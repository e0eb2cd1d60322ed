using Kata.Rules.Foundation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Shapes;

/// <summary>
/// What flow analysis cannot see in order: variables that a nested function or a <c>finally</c> assigns, and arrays
/// and lists whose elements are replaced somewhere in the file.
/// </summary>
internal sealed class VariableUses
{
    private static readonly HashSet<string> ListChanges =
        ["Add", "AddRange", "Insert", "InsertRange", "Remove", "RemoveAll", "RemoveAt", "RemoveRange", "Clear", "Sort", "Reverse"];

    private readonly Dictionary<ISymbol, int> writes = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> outOfOrder = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> replacedElements = new(SymbolEqualityComparer.Default);

    private VariableUses()
    {
    }

    /// <summary>Reads a file.</summary>
    public static VariableUses In(AnswerFile answer)
    {
        var uses = new VariableUses();
        foreach (var operation in answer.Operations)
        {
            uses.Add(operation);
        }

        return uses;
    }

    /// <summary>Whether the value of a variable can be read where a function runs.</summary>
    /// <param name="variable">A local variable or a parameter.</param>
    /// <param name="function">The function that reads it.</param>
    public bool CanRead(ISymbol variable, ISymbol function)
    {
        if (outOfOrder.Contains(variable))
        {
            return false;
        }

        // A nested function may run before or after a second assignment.
        var isOwn = SymbolEqualityComparer.Default.Equals(variable.ContainingSymbol, function);
        writes.TryGetValue(variable, out var count);
        return isOwn || count <= (variable is IParameterSymbol ? 0 : 1);
    }

    /// <summary>What is known of the elements of an array or list later on.</summary>
    public Value Stored(Value value, ITypeSymbol? container)
    {
        var element = container is IArrayTypeSymbol array ? array.ElementType : (container as INamedTypeSymbol)?.TypeArguments.FirstOrDefault();
        return element is null || !replacedElements.Contains(element) || Sequence.From(value) is not { } sequence
            ? value
            : new Sequence(container is IArrayTypeSymbol ? sequence.Count : null, Value.Unknown);
    }

    private void Add(IOperation operation)
    {
        switch (operation)
        {
            case IVariableDeclaratorOperation { Initializer: not null } or IVariableDeclaratorOperation { Parent.Parent: IVariableDeclarationOperation { Initializer: not null } }:
                Write(((IVariableDeclaratorOperation)operation).Symbol, operation);
                break;
            case IAssignmentOperation assignment:
                WriteTarget(assignment.Target);
                break;
            case IIncrementOrDecrementOperation increment:
                WriteTarget(increment.Target);
                break;
            case IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument:
                WriteTarget(argument.Value);
                break;
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol.RefKind: not RefKind.None } } alias:
                WriteOutOfOrder(alias.Value);
                break;
            case IInvocationOperation { Instance.Type: INamedTypeSymbol { TypeArguments: [var element] } } call when ListChanges.Contains(call.TargetMethod.Name):
                replacedElements.Add(element);
                break;
            case IInvocationOperation { TargetMethod.ContainingType.SpecialType: SpecialType.System_Array, Arguments: [{ Value.Type: IArrayTypeSymbol changed }, ..] }:
                replacedElements.Add(changed.ElementType);
                break;
        }
    }

    private void WriteTarget(IOperation target)
    {
        switch (target)
        {
            case ITupleOperation tuple:
                foreach (var element in tuple.Elements)
                {
                    WriteTarget(element);
                }

                break;
            case ILocalReferenceOperation local:
                Write(local.Local, target);
                break;
            case IParameterReferenceOperation parameter:
                Write(parameter.Parameter, target);
                break;
            case IDeclarationExpressionOperation declaration:
                WriteTarget(declaration.Expression);
                break;
            case IFieldReferenceOperation { Field.ContainingType.IsTupleType: true, Instance: { } tuple }:
                WriteTarget(tuple);
                break;
            case IArrayElementReferenceOperation or IPropertyReferenceOperation { Property.IsIndexer: true } when target.Type is { } element:
                replacedElements.Add(element);
                break;
        }
    }

    private void Write(ISymbol variable, IOperation place)
    {
        writes.TryGetValue(variable, out var count);
        writes[variable] = count + 1;
        if (IsOutOfOrder(variable, place))
        {
            outOfOrder.Add(variable);
        }
    }

    private void WriteOutOfOrder(IOperation target)
    {
        switch (target)
        {
            case ILocalReferenceOperation local:
                outOfOrder.Add(local.Local);
                break;
            case IParameterReferenceOperation parameter:
                outOfOrder.Add(parameter.Parameter);
                break;
            case IArrayElementReferenceOperation { Type: { } element }:
                replacedElements.Add(element);
                break;
        }
    }

    private static bool IsOutOfOrder(ISymbol variable, IOperation place)
    {
        for (var (inner, outer) = (place, place.Parent); outer is not null; (inner, outer) = (outer, outer.Parent))
        {
            if (outer is IAnonymousFunctionOperation lambda)
            {
                return !SymbolEqualityComparer.Default.Equals(variable.ContainingSymbol, lambda.Symbol);
            }

            if (outer is ILocalFunctionOperation local)
            {
                return !SymbolEqualityComparer.Default.Equals(variable.ContainingSymbol, local.Symbol);
            }

            if (outer is ITryOperation { Finally: { } handler } && handler == inner)
            {
                return true;
            }
        }

        return false;
    }
}
