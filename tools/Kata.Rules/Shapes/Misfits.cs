using Kata.Rules.Foundation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kata.Rules.Shapes;

/// <summary>Collects what does not fit, and says it in the reader's language.</summary>
internal sealed class Misfits
{
    private readonly List<(Location Place, LocalizableString Text)> found = [];

    /// <summary>Whether findings count: not while a loop is still being followed to its fixed point.</summary>
    public bool IsFinal { get; set; }

    /// <summary>Two operands of an expression do not fit.</summary>
    public void Operands(IOperation expression, string left, string sign, string right, string? suggestion)
    {
        var text = new Operand(expression, Value.Unknown).Text;
        Add(expression, suggestion is null
            ? Text("Operands", text, left, sign, right)
            : Text("OperandsSuggestion", text, left, sign, right, suggestion));
    }

    /// <summary>An argument is not what the parameter declares.</summary>
    public void Argument(IOperation call, Operand argument, Value declared) =>
        Add(argument.Operation, Text("Argument", new Operand(call, Value.Unknown).Text, argument.Text, argument.Value.ToString(), declared.ToString()));

    /// <summary>The result is not what the method declares.</summary>
    public void Result(Operand result, Value declared, string? suggestion) =>
        Add(result.Operation, suggestion is null
            ? Text("Result", result.Value.ToString(), declared.ToString())
            : Text("ResultSuggestion", result.Value.ToString(), declared.ToString(), suggestion));

    /// <summary>Hands everything over.</summary>
    public void SendTo(Report report)
    {
        foreach (var (place, text) in found)
        {
            report.At(place, text);
        }
    }

    /// <summary>The text of an operand's transpose, or of what it is the transpose of.</summary>
    public static string Transposed(Operand operand)
    {
        var syntax = operand.Operation.Syntax is ArgumentSyntax argument ? argument.Expression : operand.Operation.Syntax;
        return syntax is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Transpose" } access }
            ? access.Expression.ToString()
            : Parenthesized(syntax, operand.Text) + ".Transpose()";
    }

    private static string Parenthesized(SyntaxNode syntax, string text) =>
        syntax is IdentifierNameSyntax or InvocationExpressionSyntax or MemberAccessExpressionSyntax or ElementAccessExpressionSyntax
            or ParenthesizedExpressionSyntax ? text : $"({text})";

    private static LocalizableString Text(string name, params string[] arguments) =>
        Texts.Localizable($"{RuleIds.MatrixShapesMustFit}_{name}", arguments);

    private void Add(IOperation place, LocalizableString text)
    {
        if (IsFinal)
        {
            found.Add((place.Syntax.GetLocation(), text));
        }
    }
}
