function d(e){return e==="rolled-back"||e==="failed"||e==="held"?1:0}export{d as a};
