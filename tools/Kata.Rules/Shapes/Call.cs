using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kata.Rules.Shapes;

/// <summary>An expression with what is known about its value.</summary>
/// <param name="Operation">The expression.</param>
/// <param name="Value">What is known.</param>
internal sealed record Operand(IOperation Operation, Value Value)
{
    private const int LongestText = 60;

    /// <summary>Its shape, when it is a vector, matrix or tensor.</summary>
    public Shaped? Shape => Value as Shaped;

    /// <summary>Its size, when it is a known whole number.</summary>
    public Dimension? Size => (Value as Size)?.Dimension;

    /// <summary>The source text on one line, cut to a readable length.</summary>
    public string Text
    {
        get
        {
            var text = string.Join(" ", Operation.Syntax.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            return text.Length <= LongestText ? text : text.Substring(0, LongestText - 1) + "…";
        }
    }
}

/// <summary>A call of a method or constructor with what is known about its arguments.</summary>
/// <param name="Operation">The call.</param>
/// <param name="Method">What is called.</param>
/// <param name="Receiver">Before the dot; null for static methods.</param>
/// <param name="Arguments">By the names of the parameters, in the order of the source.</param>
internal sealed record Call(
    IOperation Operation, IMethodSymbol Method, Operand? Receiver, ImmutableArray<(IParameterSymbol Parameter, Operand Operand)> Arguments)
{
    /// <summary>The argument of a parameter; null when the overload has no such parameter.</summary>
    public Operand? this[string parameter] => Arguments.FirstOrDefault(argument => argument.Parameter.Name == parameter).Operand;

    /// <summary>The first vector, matrix or tensor among the arguments that is not the place for the result.</summary>
    public Operand? Other =>
        Arguments.FirstOrDefault(argument => argument.Operand.Shape is not null && argument.Parameter.Name is not ("result" or "destination")).Operand;

    /// <summary>The name of the type that declares the method.</summary>
    public string TypeName => Method.ContainingType.Name;
}
