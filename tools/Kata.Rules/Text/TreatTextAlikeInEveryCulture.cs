using Kata.Rules.Foundation;
using Kata.Rules.Scope;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Text;

/// <summary>Points at comparing, ordering, casing and parsing of text by the rules of a culture.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TreatTextAlikeInEveryCulture()
    : KataRule(RuleIds.TreatTextAlikeInEveryCulture, RuleSeverity.Actionable, RuleReach.EveryKata)
{
    private static readonly HashSet<string> Orderings = ["OrderBy", "OrderByDescending", "ThenBy", "ThenByDescending", "Order", "OrderDescending", "Min", "Max", "MinBy", "MaxBy"];

    private protected override void Check(AnswerFile answer, KataScope scope, Report report)
    {
        foreach (var operation in answer.Operations)
        {
            var depends = operation switch
            {
                IInvocationOperation call => IsOfStrings(call.TargetMethod) || ParsesAReal(call.TargetMethod) || OrdersStrings(call, answer.Types),
                IPropertyReferenceOperation { Property: { IsStatic: true } property } =>
                    property.ContainingType.IsNamed("StringComparer", "System") && property.Name.Contains("Culture"),
                IFieldReferenceOperation { Field: { IsConst: true } field } =>
                    field.ContainingType.IsNamed("StringComparison", "System") && field.Name.Contains("Culture"),
                IObjectCreationOperation { Constructor: { } constructor } creation => IsSortedByStrings(creation.Type) && !TakesAComparer(constructor),
                _ => false,
            };
            if (depends)
            {
                report.At(operation);
            }
        }
    }

    private static bool IsOfStrings(IMethodSymbol method)
    {
        if (method.ContainingType?.SpecialType != SpecialType.System_String || SaysHow(method))
        {
            return false;
        }

        return method.Name switch
        {
            "Compare" or "CompareTo" or "ToLower" or "ToUpper" => true,
            "StartsWith" or "EndsWith" or "IndexOf" or "LastIndexOf" => method.Parameters[0].Type.SpecialType == SpecialType.System_String,
            _ => false,
        };
    }

    private static bool ParsesAReal(IMethodSymbol method) =>
        method.Name is "Parse" or "TryParse"
        && (method.ContainingType.IsReal() || method.ContainingType?.SpecialType is SpecialType.System_Decimal or SpecialType.System_DateTime)
        && !method.Parameters.Any(parameter => parameter.Type.Name == "IFormatProvider");

    private static bool SaysHow(IMethodSymbol method) =>
        method.Parameters.Any(parameter => parameter.Type.Name is "StringComparison" or "CultureInfo" or "CompareOptions");

    private static bool OrdersStrings(IInvocationOperation call, KnownTypes types)
    {
        var method = call.TargetMethod;
        if (TakesAComparer(method))
        {
            return false;
        }

        if (KnownTypes.Is(method.ContainingType, types.Enumerable) && Orderings.Contains(method.Name))
        {
            return method.TypeArguments.Length > 0 && HoldsStrings(method.TypeArguments[method.TypeArguments.Length - 1]);
        }

        return method.Name == "Sort"
            && ((method.ContainingType?.SpecialType == SpecialType.System_Array && method.TypeArguments.Length > 0 && HoldsStrings(method.TypeArguments[0]))
                || (method.ContainingType.IsNamed("List", "System.Collections.Generic") && HoldsStrings(method.ContainingType!.TypeArguments[0])));
    }

    private static bool TakesAComparer(IMethodSymbol method) =>
        method.Parameters.Any(parameter => parameter.Type.Name is "IComparer" or "Comparison" or "Comparer" or "StringComparer");

    private static bool IsSortedByStrings(ITypeSymbol? type) =>
        type is INamedTypeSymbol { Name: "SortedDictionary" or "SortedSet" or "SortedList" or "PriorityQueue", TypeArguments: { Length: > 0 } arguments }
        && HoldsStrings(type.Name == "PriorityQueue" ? arguments[arguments.Length - 1] : arguments[0]);

    /// <summary>A string, or a tuple with one: tuples compare their parts by the default comparer.</summary>
    private static bool HoldsStrings(ITypeSymbol type) =>
        type.SpecialType == SpecialType.System_String
        || (type is INamedTypeSymbol { IsTupleType: true } tuple && tuple.TupleElements.Any(element => HoldsStrings(element.Type)));
}
