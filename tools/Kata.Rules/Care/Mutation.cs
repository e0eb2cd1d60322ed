using Kata.Rules.Foundation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Care;

/// <summary>Finds where a body changes the object of a variable, through other names for it and through calls of the file.</summary>
internal sealed class Mutation(AnswerFile answer)
{
    private static readonly HashSet<string> Changing =
    [
        "SetRow", "SetColumn", "SetSubMatrix", "SetSubVector", "SetDiagonal", "SetValues", "Clear", "ClearRow", "ClearRows", "ClearColumn",
        "ClearColumns", "ClearSubMatrix", "ClearSubVector", "MapInplace", "MapIndexedInplace", "CoerceZero", "PermuteRows", "PermuteColumns",
        "Add", "AddRange", "Insert", "Remove", "RemoveAt", "RemoveAll", "RemoveRange", "Sort", "Reverse", "Fill", "TryAdd", "UnionWith",
        "Push", "Pop", "Enqueue", "Dequeue",
    ];

    /// <summary>The places in a body where it changes the object that a parameter refers to.</summary>
    public IEnumerable<IOperation> In(IOperation body, IParameterSymbol parameter) => In(body, parameter, []);

    private IEnumerable<IOperation> In(IOperation body, IParameterSymbol parameter, HashSet<ISymbol> following)
    {
        if (!following.Add(parameter) || body.ValuesOf(parameter).Any())
        {
            // A parameter that is set to something else may no longer be the caller's object.
            yield break;
        }

        var names = NamesOf(parameter, body);
        foreach (var operation in body.Descendants())
        {
            if (Changes(operation, names, following))
            {
                yield return operation;
            }
        }
    }

    /// <summary>The parameter and the locals that are set to it, or to a part of it, and to nothing else.</summary>
    private static HashSet<ISymbol> NamesOf(IParameterSymbol parameter, IOperation body)
    {
        var names = new HashSet<ISymbol>(SymbolEqualityComparer.Default) { parameter };
        foreach (var operation in body.Descendants())
        {
            switch (operation)
            {
                case IVariableDeclaratorOperation { Symbol: { Type.IsValueType: false } or { Type.IsRefLikeType: true } } declarator
                    when declarator.GetVariableInitializer()?.Value.RootVariable() is { } root && names.Contains(root)
                        && body.ValuesOf(declarator.Symbol).Count() == 1:
                    names.Add(declarator.Symbol);
                    break;
                case IForEachLoopOperation { Locals: { Length: 1 } locals } each
                    when locals[0].Type is { IsValueType: false } && each.Collection.Variable() is { } whole && names.Contains(whole):
                    names.Add(locals[0]);
                    break;
            }
        }

        return names;
    }

    private bool Changes(IOperation operation, HashSet<ISymbol> names, HashSet<ISymbol> following) => operation switch
    {
        IAssignmentOperation assignment => IsEntryOf(assignment.Target, names),
        IIncrementOrDecrementOperation step => IsEntryOf(step.Target, names),
        IInvocationOperation call when answer.BodyOf(call.TargetMethod) is { } callee =>
            call.Arguments.Any(argument => argument.Parameter is { RefKind: RefKind.None, Type.IsValueType: false } parameter
                && Refers(argument.Value, names) && In(callee, parameter.OriginalDefinition, [.. following]).Any()),
        IInvocationOperation call => ChangesReceiver(call, names) || WritesToArgument(call, names),
        _ => false,
    };

    private static bool IsEntryOf(IOperation target, HashSet<ISymbol> names) =>
        target.Unwrapped() is IArrayElementReferenceOperation or IPropertyReferenceOperation { Arguments.Length: > 0 } && Refers(target, names);

    private static bool ChangesReceiver(IInvocationOperation call, HashSet<ISymbol> names)
    {
        var method = call.TargetMethod;
        var isArrayFunction = method.IsStatic && method.ContainingType is { } type
            && (type.SpecialType == SpecialType.System_Array || type.IsNamed("MemoryExtensions", "System"))
            && Changing.Contains(method.Name);
        var changed = isArrayFunction ? call.Arguments.FirstOrDefault()?.Value : method.IsStatic ? null : call.Instance;
        var isSetter = method.Name == "At" && method.ReturnsVoid;
        // MathNet's own Add and Remove return something new; a collection's return nothing or whether they did.
        var changesInPlace = Changing.Contains(method.Name) && method.ReturnType.SpecialType is SpecialType.System_Void or SpecialType.System_Boolean or SpecialType.System_Int32
            && !(method.Name is "Add" && method.Parameters.Length > 1 && call.Instance?.Type?.Name is "Matrix" or "Vector");
        return changed is not null && Refers(changed, names) && (isSetter || isArrayFunction || changesInPlace);
    }

    /// <summary>Whether the call writes its result into an argument: MathNet's <c>result</c>, a <c>destination</c>.</summary>
    private static bool WritesToArgument(IInvocationOperation call, HashSet<ISymbol> names) =>
        call.TargetMethod.ReturnsVoid && call.Arguments.Any(argument =>
            argument.Parameter is { Name: "result" or "destination" or "destinationArray" or "target" } && Refers(argument.Value, names));

    private static bool Refers(IOperation operation, HashSet<ISymbol> names) => operation.RootVariable() is { } root && names.Contains(root);
}
