using System.Collections.Immutable;
using Kata.Rules.Foundation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Flow;

/// <summary>
/// Finds the arrays, vectors and matrices of which each pass of a loop only touches its own entry: wherever the body
/// names one, it is indexed by the loop's variable, at the same position.
/// </summary>
internal static class Entrywise
{
    /// <summary>The variables with the loop variable that indexes them.</summary>
    public static ImmutableHashSet<(ISymbol Variable, ISymbol Index)> In(
        IOperation body, ImmutableArray<ILocalSymbol> loopVariables, AnswerFile answer)
    {
        var positions = new Dictionary<(ISymbol, ISymbol), int?>();
        foreach (var operation in body.Descendants())
        {
            if (Variable(operation) is not { } variable || variable.Type.IsValueType)
            {
                continue;
            }

            foreach (var loopVariable in loopVariables)
            {
                var position = PositionOf(loopVariable, operation);
                var key = ((ISymbol)variable.Symbol, (ISymbol)loopVariable);
                positions[key] = positions.TryGetValue(key, out var known) && known != position ? null : position;
            }
        }

        return positions.Where(pair => pair.Value is not null).Select(pair => pair.Key).ToImmutableHashSet();
    }

    /// <summary>The variable that an operation names; null for another operation.</summary>
    private static (ISymbol Symbol, ITypeSymbol Type)? Variable(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => (local.Local, local.Local.Type),
        IParameterReferenceOperation parameter => (parameter.Parameter, parameter.Parameter.Type),
        _ => null,
    };

    private static int? PositionOf(ISymbol loopVariable, IOperation named)
    {
        var indices = named.Parent switch
        {
            IArrayElementReferenceOperation element when element.ArrayReference == named => element.Indices,
            IPropertyReferenceOperation property when property.Instance == named => property.Arguments.Select(argument => argument.Value).ToImmutableArray(),
            _ => [],
        };
        for (var position = 0; position < indices.Length; position++)
        {
            if (SymbolEqualityComparer.Default.Equals(Interpreter.IndexOf(indices[position]), loopVariable))
            {
                return position;
            }
        }

        return null;
    }
}
