using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Shapes;

/// <summary>The sign between two shapes in a message.</summary>
internal static class Signs
{
    /// <summary>The sign of an operator that works element by element.</summary>
    public static string Of(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.Add => "+",
        BinaryOperatorKind.Subtract => "−",
        BinaryOperatorKind.Divide => "/",
        _ => "∘",
    };

    /// <summary>The sign of a method that works element by element.</summary>
    public static string Of(string method) => method switch
    {
        "Add" => "+",
        "Subtract" or "SubtractFrom" => "−",
        "Divide" or "PointwiseDivide" => "/",
        _ => "∘",
    };
}
