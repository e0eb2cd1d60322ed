using System.Collections.Immutable;
using Kata.Rules.Foundation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Shapes;

/// <summary>Evaluates calls: by the rules of the library they belong to, or by following them in the file.</summary>
/// <param name="analysis">The analysis it belongs to.</param>
/// <param name="graph">The control flow of the function that is followed.</param>
/// <param name="evaluator">Evaluates the arguments and knows the state.</param>
internal sealed class Invocations(ShapeAnalysis analysis, ControlFlowGraph graph, Evaluator evaluator)
{
    /// <summary>The control flow of a local function; null for methods.</summary>
    public ControlFlowGraph? LocalGraph(IMethodSymbol method) =>
        method.MethodKind == MethodKind.LocalFunction ? graph.GetLocalFunctionControlFlowGraphInScope(method.OriginalDefinition) : null;

    /// <summary>The value of a call or creation, after which its <c>ref</c> and <c>out</c> arguments are not known.</summary>
    public Value Evaluate(IOperation operation, IMethodSymbol method, IOperation? instance, ImmutableArray<IArgumentOperation> arguments)
    {
        var receiver = instance is null or IInstanceReferenceOperation ? null : evaluator.Operand(instance);
        var call = new Call(
            operation,
            method,
            receiver,
            [.. arguments.Where(argument => argument.Parameter is not null).Select(argument => (argument.Parameter!, evaluator.Operand(argument.Value)))]);
        var result = InvokeKnown(call);
        foreach (var argument in arguments.Where(argument => argument.Parameter?.RefKind is RefKind.Ref or RefKind.Out))
        {
            evaluator.Assign(argument.Value, Value.Unknown);
        }

        return result;
    }

    private Value InvokeKnown(Call call)
    {
        var (method, type) = (call.Method, call.Method.ContainingType);
        if (call.Receiver?.Value is Function function && method.MethodKind == MethodKind.DelegateInvoke)
        {
            return Follow(function.Method, function.Graph, [.. call.Arguments.Select(argument => argument.Operand)], call.Operation);
        }

        if (BuilderRules.Builds(method, analysis.Types))
        {
            RunAll(call);
            return KnownTypes.IsOrDerivesFrom(call.Operation.Type, analysis.Types.Matrix) ? BuilderRules.Matrix(call) : BuilderRules.Vector(call);
        }

        if (KnownTypes.IsOrDerivesFrom(type, analysis.Types.Matrix) || KnownTypes.IsOrDerivesFrom(type, analysis.Types.Vector))
        {
            RunAll(call);
            return MatrixRules.Invoke(call, evaluator.Judge);
        }

        if (KnownTypes.Is(type, analysis.Types.TensorFunctions) || KnownTypes.Is(type, analysis.Types.Tensor))
        {
            return TensorRules.Invoke(call, evaluator.Judge);
        }

        return KnownTypes.Is(type, analysis.Types.Enumerable)
            ? analysis.Uses.Stored(SequenceRules.Invoke(call, Run), method.Name is "ToArray" or "ToList" ? call.Operation.Type : null)
            : InvokeOther(call);
    }

    private Value InvokeOther(Call call)
    {
        var method = call.Method;
        if (analysis.Answers(method))
        {
            return Follow(method, LocalGraph(method), [.. call.Arguments.OrderBy(argument => argument.Parameter.Ordinal).Select(argument => argument.Operand)], call.Operation);
        }

        switch (method.Name, call.Arguments)
        {
            case ("GetEnumerator" or "ToArray" or "AsSpan", []) when call.Receiver is not null:
                return call.Receiver.Value;
            case ("GetLength", [var (_, axis)]) when call.Receiver is not null:
                return PropertyRules.Length(call.Receiver.Value, axis.Size);
            case ("Min" or "Max", [var (_, one), var (_, other)]) when KnownTypes.Is(method.ContainingType, analysis.Types.Math):
                return evaluator.Judge.Same(one.Size, other.Size) ? one.Value : Value.Unknown;
            case ("ThrowIfNotEqual", [var (_, value), var (_, expected), ..]):
                evaluator.State = evaluator.State.With(evaluator.State.Facts.Equate(value.Size, expected.Size) ?? evaluator.State.Facts);
                return Value.Unknown;
        }

        RunAll(call);
        return method.ReturnType.SpecialType == SpecialType.System_Boolean && method.Name != "MoveNext"
            ? evaluator.Blur([.. call.Arguments.Select(argument => argument.Operand.Value).Append(call.Receiver?.Value ?? Value.Unknown)])
            : Value.Unknown;
    }

    /// <summary>Functions that are passed on run, we do not know on what.</summary>
    private void RunAll(Call call)
    {
        foreach (var (_, operand) in call.Arguments.Where(argument => argument.Operand.Value is Function))
        {
            Run(operand);
        }
    }

    /// <summary>A function that may run any number of times: nothing it proves is known afterwards.</summary>
    private Value Run(Operand operand, params Value[] arguments)
    {
        if (operand.Value is not Function function)
        {
            return Value.Unknown;
        }

        var before = evaluator.State;
        var result = Follow(function.Method, function.Graph, [.. arguments.Select(value => new Operand(operand.Operation, value))], operand.Operation);
        evaluator.State = before;
        return result;
    }

    private Value Follow(IMethodSymbol method, ControlFlowGraph? body, ImmutableArray<Operand> arguments, IOperation call)
    {
        var (result, facts) = analysis.Follow(method, body, arguments, call, evaluator.State);
        evaluator.State = evaluator.State.With(facts);
        return result;
    }
}
