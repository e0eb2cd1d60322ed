using Kata.Rules.Foundation;
using Kata.Rules.Scope;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Care;

/// <summary>
/// Points at a deferred query, made before a loop, that is run from its start in every step. A query over something
/// that the loop changes is meant to be run again, and so is one that stops at the first element.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DoNotRunAQueryAgainInALoop() : KataRule(RuleIds.DoNotRunAQueryAgainInALoop, RuleSeverity.Actionable, RuleReach.EveryKata)
{
    private static readonly HashSet<string> Deferred =
        ["Select", "Where", "SelectMany", "Zip", "OrderBy", "OrderByDescending", "ThenBy", "GroupBy", "Distinct", "Concat", "Reverse", "Skip", "Union", "Except", "Intersect"];

    private static readonly HashSet<string> Complete =
        ["Sum", "Count", "Max", "Min", "Average", "Aggregate", "ToArray", "ToList", "ElementAt", "Last", "ToDictionary", "MaxBy", "MinBy", "SequenceEqual", "ToHashSet"];

    private protected override void Check(AnswerFile answer, KataScope scope, Report report)
    {
        foreach (var member in answer.Members)
        {
            foreach (var declarator in member.Body.Descendants().OfType<IVariableDeclaratorOperation>())
            {
                if (declarator.GetVariableInitializer()?.Value.Unwrapped() is IInvocationOperation query && IsDeferred(query, answer.Types)
                    && member.Body.ValuesOf(declarator.Symbol).Count() == 1)
                {
                    foreach (var run in RunsInLoops(declarator, query, member.Body, answer.Types))
                    {
                        report.At(run, declarator.Symbol.Name);
                    }
                }
            }
        }
    }

    private static bool IsDeferred(IInvocationOperation call, KnownTypes types) =>
        KnownTypes.Is(call.TargetMethod.ContainingType, types.Enumerable) && Deferred.Contains(call.TargetMethod.Name);

    private static IEnumerable<IOperation> RunsInLoops(
        IVariableDeclaratorOperation declarator, IInvocationOperation query, IOperation body, KnownTypes types)
    {
        foreach (var reference in body.Descendants().OfType<ILocalReferenceOperation>().Where(local => local.Local.IsSameAs(declarator.Symbol)))
        {
            if (RunOf(reference, types) is { } run
                && LoopBetween(run, declarator, types) is { } loop
                && !DependsOnWhatChanges(query, loop))
            {
                yield return run;
            }
        }
    }

    /// <summary>The operation that runs a query to its end; null for another use.</summary>
    private static IOperation? RunOf(IOperation reference, KnownTypes types)
    {
        var outer = reference.Ancestors().First(ancestor => ancestor is not (IConversionOperation or IArgumentOperation));
        return outer switch
        {
            IInvocationOperation call when call.Receiver()?.Unwrapped() == reference
                && KnownTypes.Is(call.TargetMethod.ContainingType, types.Enumerable) && Complete.Contains(call.TargetMethod.Name) => call,
            IForEachLoopOperation each when each.Collection.Unwrapped() == reference && !each.Body.Descendants().Any(IsExit) => reference,
            _ => null,
        };
    }

    private static bool IsExit(IOperation operation) => operation is IReturnOperation or IBranchOperation { BranchKind: BranchKind.Break };

    /// <summary>The loop that a run is in and the query is not; a lambda that a query calls for each element is one.</summary>
    private static IOperation? LoopBetween(IOperation run, IOperation declarator, KnownTypes types)
    {
        var around = run.Ancestors().TakeWhile(ancestor => !ancestor.Syntax.Span.Contains(declarator.Syntax.Span)).ToList();
        return around.FirstOrDefault(ancestor =>
            (ancestor is ILoopOperation loop && loop.Body.Syntax.Span.Contains(run.Syntax.Span))
            || (ancestor is IAnonymousFunctionOperation lambda && lambda.Ancestors().OfType<IInvocationOperation>().FirstOrDefault() is { } call
                && KnownTypes.Is(call.TargetMethod.ContainingType, types.Enumerable)));
    }

    /// <summary>Whether the loop touches, other than by reading, something that the query is made of.</summary>
    private static bool DependsOnWhatChanges(IInvocationOperation query, IOperation loop)
    {
        var sources = new HashSet<ISymbol>(query.Descendants().Select(operation => operation.Variable()).OfType<ISymbol>(), SymbolEqualityComparer.Default);
        var usesState = query.Descendants().Any(operation => operation is IFieldReferenceOperation { Field.IsReadOnly: false, Field.IsConst: false });
        return usesState || loop.Descendants().Any(operation => operation switch
        {
            IAssignmentOperation assignment => assignment.Target.RootVariable() is { } target && sources.Contains(target),
            IIncrementOrDecrementOperation step => step.Target.RootVariable() is { } target && sources.Contains(target),
            IInvocationOperation { Type.SpecialType: SpecialType.System_Void or SpecialType.System_Boolean } call =>
                call.ChildOperations.Any(child => child.RootVariable() is { } touched && sources.Contains(touched)),
            _ => false,
        });
    }
}
