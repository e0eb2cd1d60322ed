using Kata.Rules.Foundation;
using Kata.Rules.Scope;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Care;

/// <summary>
/// Points at a catch that is empty, or that takes every exception and goes on. A catch of one expected kind that
/// does something, one with a filter, and one that throws again are right.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DoNotSwallowExceptions() : KataRule(RuleIds.DoNotSwallowExceptions, RuleSeverity.Essential, RuleReach.EveryKata)
{
    private protected override void Check(AnswerFile answer, KataScope scope, Report report)
    {
        foreach (var handler in answer.Operations.OfType<ICatchClauseOperation>().Where(handler => Swallows(handler, answer.Types)))
        {
            report.At(((CatchClauseSyntax)handler.Syntax).CatchKeyword.GetLocation());
        }
    }

    private static bool Swallows(ICatchClauseOperation handler, KnownTypes types)
    {
        if (handler.Filter is not null || handler.Handler.Descendants().Any(operation => operation is IThrowOperation))
        {
            return false;
        }

        var isEmpty = handler.Handler.Operations.IsEmpty;
        var takesAll = handler.ExceptionType is null || KnownTypes.Is(handler.ExceptionType, types.Exception)
            || handler.ExceptionType.SpecialType == SpecialType.System_Object
            || KnownTypes.Is(handler.ExceptionType, types.NotImplementedException);
        return isEmpty || (takesAll && !UsesTheException(handler));
    }

    private static bool UsesTheException(ICatchClauseOperation handler) =>
        handler.Handler.Descendants().Any(operation => operation is ILocalReferenceOperation local
            && handler.Locals.Contains(local.Local, SymbolEqualityComparer.Default));
}
