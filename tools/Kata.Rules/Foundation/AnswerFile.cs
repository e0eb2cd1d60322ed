using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Foundation;

/// <summary>One source file as operations: what all rules read. Calls are followed within it.</summary>
internal sealed class AnswerFile
{
    private static readonly ConditionalWeakTable<SemanticModel, AnswerFile> Known = new();
    private readonly Lazy<ImmutableArray<Member>> members;

    private AnswerFile(SemanticModel model)
    {
        Model = model;
        Types = KnownTypes.Of(model.Compilation);
        members = new(FindMembers);
    }

    /// <summary>The compiler's view of the file.</summary>
    public SemanticModel Model { get; }

    /// <summary>The types that rules ask about.</summary>
    public KnownTypes Types { get; }

    /// <summary>Methods, accessors and constructors that have a body, in the order of the source.</summary>
    public ImmutableArray<Member> Members => members.Value;

    /// <summary>All operations of all members.</summary>
    public IEnumerable<IOperation> Operations => Members.SelectMany(member => member.Body.DescendantsAndSelf());

    /// <summary>The file of a model; every rule sees the same one.</summary>
    public static AnswerFile Of(SemanticModel model) => Known.GetValue(model, key => new AnswerFile(key));

    /// <summary>The body of a method of this file or of a local function; null for one from elsewhere.</summary>
    public IOperation? BodyOf(IMethodSymbol method)
    {
        var reference = method.OriginalDefinition.DeclaringSyntaxReferences.FirstOrDefault();
        if (reference?.SyntaxTree != Model.SyntaxTree)
        {
            return null;
        }

        return Model.GetOperation(reference.GetSyntax()) switch
        {
            ILocalFunctionOperation local => local.Body,
            IAnonymousFunctionOperation lambda => lambda.Body,
            var operation => operation,
        };
    }

    private ImmutableArray<Member> FindMembers()
    {
        var found = ImmutableArray.CreateBuilder<Member>();
        foreach (var node in Model.SyntaxTree.GetRoot().DescendantNodes())
        {
            var declares = node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax
                || (node is ArrowExpressionClauseSyntax && node.Parent is BasePropertyDeclarationSyntax);
            if (declares && SymbolOf(node) is { } method && Model.GetOperation(node) is { } body)
            {
                found.Add(new Member(method, body));
            }
        }

        return found.ToImmutable();
    }

    private IMethodSymbol? SymbolOf(SyntaxNode node) =>
        node is ArrowExpressionClauseSyntax
            ? (Model.GetDeclaredSymbol(node.Parent!) as IPropertySymbol)?.GetMethod
            : Model.GetDeclaredSymbol(node) as IMethodSymbol;

    /// <summary>A method with its body.</summary>
    /// <param name="Method">The method.</param>
    /// <param name="Body">Its operations.</param>
    internal sealed record Member(IMethodSymbol Method, IOperation Body);
}
