using Kata.Rules.Foundation;
using Kata.Rules.Scope;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kata.Rules.Care;

/// <summary>
/// Points at places where a method that returns a result also changes a matrix, vector, array or list that it was given.
/// A method that returns nothing is there to change something; spans and <c>ref</c> say so themselves.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DoNotChangeTheCallersInput() : KataRule(RuleIds.DoNotChangeTheCallersInput, RuleSeverity.Essential, RuleReach.EveryKata)
{
    private protected override void Check(AnswerFile answer, KataScope scope, Report report)
    {
        var mutation = new Mutation(answer);
        foreach (var (method, body) in answer.Members.Where(member => ReturnsAResult(member.Method)).Select(member => (member.Method, member.Body)))
        {
            foreach (var parameter in method.Parameters.Where(IsTheCallers))
            {
                foreach (var change in mutation.In(body, parameter))
                {
                    report.At(change, parameter.Name);
                }
            }
        }
    }

    private static bool ReturnsAResult(IMethodSymbol method) =>
        method is { MethodKind: MethodKind.Ordinary, ReturnsVoid: false, DeclaredAccessibility: not Accessibility.Private };

    private static bool IsTheCallers(IParameterSymbol parameter) =>
        parameter is { RefKind: RefKind.None, IsThis: false, Type: { IsValueType: false, IsRefLikeType: false, TypeKind: not TypeKind.Delegate } };
}
